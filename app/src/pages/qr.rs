use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Light around the dark (ISO/IEC 18004, 5.3.8).
const QUIET: i32 = 4;

/// A QR code as a picture of one path: attributes alone, as the Content-Security-Policy wants it. Nothing for a text that
/// is too long for one.
#[component]
pub fn Qr(text: String, label: &'static str) -> impl IntoView {
    let code = QrCode::encode_text(&text, QrCodeEcc::Medium).ok()?;
    let full = code.size() + 2 * QUIET;
    Some(view! {
        <svg class="qr" viewBox=format!("0 0 {full} {full}") shape-rendering="crispEdges" role="img" aria-label=label>
            <path fill="#fff" d=format!("M0 0h{full}v{full}H0z")/>
            <path fill="#000" d=dark(&code)/>
        </svg>
    })
}

/// The dark modules, one stroke for those that lie side by side.
fn dark(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            let run = i32::try_from(run).unwrap_or_default();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    path
}
