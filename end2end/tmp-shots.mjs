import { chromium } from 'playwright-core';
const base='http://127.0.0.1:3922';
const browser=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
for (const [name,viewport,scheme,touch] of [['desk',{width:1440,height:900},'light',false],['dark',{width:1440,height:900},'dark',false],['phone',{width:390,height:844},'light',true]]) {
  const ctx=await browser.newContext({baseURL:base,viewport,colorScheme:scheme,hasTouch:touch,isMobile:touch,locale:'ru-RU'});
  const page=await ctx.newPage();
  page.on('console',m=>m.type()==='error'&&console.log(name,m.text()));
  page.on('pageerror',e=>console.log(name,'PE',e.message));
  await page.goto('/sign-in');
  await page.fill('[name=email]','admin@romashka.example'); await page.fill('[name=password]','licentia-demo');
  await page.press('[name=password]','Enter'); await page.waitForURL('**/users*');
  await page.goto('/users?sort=name&dir=desc&size=50');
  await page.waitForSelector('form.list[data-hydrated]');
  const boxes=page.locator("td.pick input");
  for (const i of [0,1,2,3,4,5,9,12]) await boxes.nth(i).scrollIntoViewIfNeeded(), await boxes.nth(i).evaluate(b=>b.click());
  await page.screenshot({path:`/work/tmp/hbshots/${name}-users.png`});
  await page.locator('[data-leaves]').click();
  await page.waitForURL('**/users/manage/*');
  await page.waitForTimeout(500);
  await page.screenshot({path:`/work/tmp/hbshots/${name}-manage.png`,fullPage:true});
  await page.locator('#set-8').click(); await page.locator('#set-9').click(); await page.locator('#set-6').click();
  await page.waitForTimeout(1500);
  await page.locator('#plans-8 summary').click();
  const holders = page.locator('#holders-8 summary'); if (await holders.count()) await holders.click();
  await page.waitForTimeout(300);
  await page.screenshot({path:`/work/tmp/hbshots/${name}-manage2.png`,fullPage:true});
  await page.mouse.click(5,5);
  console.log(name, await page.locator('#save').innerText(), await page.locator('#save').isDisabled());
  if (!(await page.locator('#save').isDisabled())) { await page.locator('#save').click(); await page.waitForURL('**/operations/*'); await page.screenshot({path:`/work/tmp/hbshots/${name}-done.png`,fullPage:true}); await page.getByRole('button',{name:'Вернуть как было'}).click(); await page.waitForTimeout(800);}
  await ctx.close();
}
await browser.close();
