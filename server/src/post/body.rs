//! The body of a request to an SMS gateway: a template into which a phone and a text are put, and nothing else gets.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

const PHONE: &str = "{phone}";
const DIGITS: &str = "{digits}";
const TEXT: &str = "{text}";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Form,
}

/// A checked template. It may hold a password: it is in no log.
pub(super) struct Body {
    format: Format,
    content_type: String,
    template: String,
}

impl Body {
    /// `template` is JSON with the placeholders in its strings, `{"to":"{phone}","text":"{text}"}`, or a form,
    /// `to={digits}&text={text}`. `{phone}` is +79161234567, `{digits}` the same without the plus.
    ///
    /// # Errors
    /// What to tell whoever set it.
    pub fn new(template: &str, content_type: Option<&str>) -> Result<Self, String> {
        let template = template.trim();
        let json = template.starts_with('{') && !template.starts_with(PHONE) || template.starts_with('[');
        let guessed = if json { "application/json" } else { "application/x-www-form-urlencoded" };
        let content_type = content_type.unwrap_or(guessed).trim();
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let format = match kind.as_str() {
            "application/x-www-form-urlencoded" => Format::Form,
            kind if kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json") => {
                Format::Json
            }
            _ => Err("LICENTIA_SMS_CONTENT_TYPE must be application/json or application/x-www-form-urlencoded")?,
        };
        if !content_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err("LICENTIA_SMS_CONTENT_TYPE is one line of letters and signs".to_owned());
        }
        if !(template.contains(TEXT) && (template.contains(PHONE) || template.contains(DIGITS))) {
            return Err("LICENTIA_SMS_BODY must name {phone} (or {digits}) and {text}".to_owned());
        }
        let body = Self { format, content_type: content_type.to_owned(), template: template.to_owned() };
        let fits = match format {
            // Outside of a string, what is put in is no JSON.
            Format::Json => serde_json::from_str::<serde_json::Value>(&body.filled("x", "x")).is_ok(),
            Format::Form => template.bytes().all(|byte| byte.is_ascii_graphic()),
        };
        if fits { Ok(body) } else { Err("LICENTIA_SMS_BODY is neither JSON nor a form once filled in".to_owned()) }
    }

    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The template with its placeholders filled in: what is in a phone or a text stays inside of its field.
    pub fn filled(&self, phone: &str, text: &str) -> String {
        let digits = phone.trim_start_matches('+');
        let mut filled = String::with_capacity(self.template.len() + 3 * text.len());
        let mut rest = self.template.as_str();
        // From left to right, once: a placeholder in what was put in is no placeholder.
        while let Some(place) = rest.find('{') {
            let (before, from) = rest.split_at(place);
            filled.push_str(before);
            let known = [(PHONE, phone), (DIGITS, digits), (TEXT, text)];
            match known.into_iter().find_map(|(name, value)| Some((from.strip_prefix(name)?, value))) {
                Some((after, value)) => {
                    filled.push_str(&self.escaped(value));
                    rest = after;
                }
                None => {
                    filled.push('{');
                    rest = from.strip_prefix('{').unwrap_or_default();
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    fn escaped(&self, value: &str) -> String {
        match self.format {
            Format::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
            }
            Format::Form => utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    /// What somebody could try to break out with.
    const NASTY: [&str; 7] = [
        "\",\"to\":\"+70000000000",
        "\\\",\"x\":\"",
        "a\r\nB: c\n\u{0}\u{1b}\u{2028}",
        "&to=+70000000000&x=%26",
        "{phone}{text}{digits}",
        "ООО «Ромашка» & <b>; 100% + 1",
        "\u{1f600} 'x' `y` ${z}",
    ];

    #[test]
    fn what_is_put_in_stays_inside_its_field() {
        let json = Body::new(r#"{"messages":[{"to":"{phone}","text":"{text}"}],"from":"LIC"}"#, None).unwrap();
        let form = Body::new("login=u&psw=p&phones={digits}&mes={text}&charset=utf-8", None).unwrap();
        assert_eq!(
            (json.content_type(), form.content_type()),
            ("application/json", "application/x-www-form-urlencoded")
        );
        for text in NASTY {
            let filled = json.filled("+79161234567", text);
            let parsed: serde_json::Value = serde_json::from_str(&filled).unwrap();
            let expected = serde_json::json!({ "messages": [{ "to": "+79161234567", "text": text }], "from": "LIC" });
            assert_eq!(parsed, expected, "{filled}");
            let filled = form.filled("+79161234567", text);
            let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8().unwrap().into_owned();
            let fields: Vec<(String, String)> = filled
                .split('&')
                .map(|field| field.split_once('=').unwrap())
                .map(|(n, v)| (decode(n), decode(v)))
                .collect();
            let expected =
                [("login", "u"), ("psw", "p"), ("phones", "79161234567"), ("mes", text), ("charset", "utf-8")];
            assert_eq!(fields, expected.map(|(n, v)| (n.to_owned(), v.to_owned())), "{filled}");
            assert!(filled.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn a_template_that_cannot_work_is_refused() {
        for (template, content_type, said) in [
            ("", None, "LICENTIA_SMS_BODY"),
            ("to={phone}", None, "{text}"),
            (r#"{"text":"{text}"}"#, None, "{phone}"),
            (r#"{"to":{phone},"text":"{text}"}"#, None, "neither JSON"),
            (r#"{"to":"{phone}","text":"{text}""#, None, "neither JSON"),
            ("to={phone}\r\n&text={text}", None, "neither JSON"),
            ("to={phone}&text={text}", Some("text/plain"), "LICENTIA_SMS_CONTENT_TYPE"),
            ("to={phone}&text={text}", Some("application/json"), "neither JSON"),
            (r#"{"to":"{phone}","text":"{text}"}"#, Some("application/json\r\nx: y"), "LICENTIA_SMS_CONTENT_TYPE"),
        ] {
            let refused = Body::new(template, content_type).err().unwrap();
            assert!(refused.contains(said), "{template}: {refused}");
        }
        let named = Body::new(r#"{"to":"{phone}","text":"{text}"}"#, Some("application/vnd.sms+json; charset=utf-8"));
        assert_eq!(named.unwrap().content_type(), "application/vnd.sms+json; charset=utf-8");
    }
}
