//! Sessions: who is signed in, whence, and since when.

use crate::{Account, Instant, SessionId};

/// A session as its list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub id: SessionId,
    pub account: Account,
    /// Of the network: «192.0.2.7»; empty if it is not known.
    pub address: String,
    pub device: Device,
    pub since: Instant,
    pub last_seen: Instant,
}

/// A browser and what it runs on, as it calls itself (RFC 9110, 10.1.5): good for recognising one's own, proves nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    pub browser: Option<String>,
    pub system: Option<&'static str>,
}

/// More of a `User-Agent` is not kept.
pub const MAX_DEVICE_CHARS: usize = 256;

/// The first that is found: most browsers call themselves by the names of others too.
const BROWSERS: [(&str, &str); 8] = [
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl Device {
    #[must_use]
    pub fn of(user_agent: &str) -> Self {
        let browser = BROWSERS.iter().find_map(|(mark, name)| {
            let (_, version) = user_agent.split_once(mark)?;
            let version: String = version.chars().take_while(char::is_ascii_digit).take(4).collect();
            (!version.is_empty()).then(|| format!("{name}\u{a0}{version}"))
        });
        let system = SYSTEMS.iter().find_map(|(mark, name)| user_agent.contains(mark).then_some(*name));
        Self { browser, system }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_own_name() {
        let named = |text: &str| {
            let device = Device::of(text);
            (device.browser.unwrap_or_default().replace('\u{a0}', " "), device.system.unwrap_or_default())
        };
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0";
        assert_eq!(named(&format!("{chrome} Safari/537.36")), ("Chrome 131".into(), "Windows"));
        assert_eq!(named(&format!("{chrome} Safari/537.36 Edg/131.0")), ("Edge 131".into(), "Windows"));
        assert_eq!(named(&format!("{chrome} YaBrowser/24.10 Safari/537.36")), ("Яндекс Браузер 24".into(), "Windows"));
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1";
        assert_eq!(named(iphone), ("Safari 18".into(), "iPhone"));
        assert_eq!(named("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Firefox/132.0"), ("Firefox 132".into(), "Linux"));
        for other in ["", "curl/8.5", "Chrome/<script>", "Firefox/"] {
            assert_eq!(named(other).0, "", "{other}");
        }
    }
}
