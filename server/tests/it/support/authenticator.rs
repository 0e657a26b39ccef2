//! A passkey in software (WebAuthn Level 3, 6), which may be made to lie.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 4;
const ATTESTED: u8 = 64;

/// One key, for one account.
pub struct Authenticator {
    key: EcdsaKeyPair,
    pub id: Vec<u8>,
    /// As which the account is known to it.
    pub handle: Vec<u8>,
    /// 0: it does not count.
    pub counter: u32,
    pub origin: String,
    pub domain: String,
    pub verifies: bool,
    /// How it says it signs: ES256 is -7.
    pub algorithm: i8,
    /// Whether it says whose key it is.
    pub tells_owner: bool,
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// CBOR (RFC 8949) of bytes that are fewer than 65536.
fn cbor(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59, length[0], length[1]], bytes].concat()
}

impl Authenticator {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let id = Sha256::digest(key.public_key().as_ref()).to_vec();
        Self {
            key,
            id,
            handle: Vec::new(),
            counter: 0,
            origin: "https://licences.example".to_owned(),
            domain: "licences.example".to_owned(),
            verifies: true,
            algorithm: -7,
            tells_owner: true,
        }
    }

    /// `base64url` of its id, as the database has it.
    pub fn credential(&self) -> String {
        base64(&self.id)
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let flags = flags | PRESENT | if self.verifies { VERIFIED } else { 0 };
        [&Sha256::digest(&self.domain)[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// `navigator.credentials.create()`, and `toJSON()` of what it gives.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        self.handle = bytes(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        // The point as 04 ‖ x ‖ y.
        let point = self.key.public_key().as_ref();
        let algorithm = u8::try_from(-1 - i16::from(self.algorithm)).unwrap();
        let algorithm = if algorithm < 24 { vec![0x20 + algorithm] } else { vec![0x38, algorithm] };
        let key = [
            &[0xa5, 0x01, 0x02, 0x03][..],
            &algorithm,
            &[0x20, 0x01, 0x21],
            &cbor(&point[1..33]),
            &[0x22],
            &cbor(&point[33..]),
        ]
        .concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&self.data(ATTESTED)[..], &[0; 16], &length, &self.id, &key].concat();
        let attestation = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".as_slice(), &cbor(&data)].concat();
        json!({
            "id": self.credential(),
            "rawId": self.credential(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64(&client_data),
                "attestationObject": base64(&attestation),
                "transports": ["internal"],
            },
        })
        .to_string()
    }

    /// `navigator.credentials.get()`, and `toJSON()` of what it gives.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        if self.counter > 0 {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut response = json!({
            "clientDataJSON": base64(&client_data),
            "authenticatorData": base64(&data),
            "signature": base64(signature.as_ref()),
        });
        if self.tells_owner {
            response["userHandle"] = base64(&self.handle).into();
        }
        json!({
            "id": self.credential(),
            "rawId": self.credential(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }
}
