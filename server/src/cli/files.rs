//! Secrets may stand in files: where `NAME` is one, `NAME_FILE` says which file holds it.

use clap::{Arg, Command, CommandFactory, FromArgMatches};

use super::Cli;

impl Cli {
    /// The command line, with what stands in the environment and in files.
    ///
    /// # Errors
    /// What to tell whoever started us, if a file cannot be read. Wrong options end the program with their explanation.
    pub fn read() -> Result<Self, String> {
        let mut problem = None;
        let command = with_files(Self::command(), &|name| std::env::var(name).ok(), &mut problem);
        if let Some(problem) = problem {
            return Err(problem);
        }
        Self::from_arg_matches(&command.get_matches()).map_err(|error| error.to_string())
    }
}

/// What hides its value from the help is a secret; what is given otherwise goes before.
fn with_files(command: Command, env: &dyn Fn(&str) -> Option<String>, problem: &mut Option<String>) -> Command {
    let command = command.mut_args(|arg| match secret(&arg, env) {
        None => arg,
        Some(Err(text)) => {
            *problem = Some(text);
            arg
        }
        // Once for each secret, at the start.
        Some(Ok(text)) => arg.default_value(&*text.leak()).hide_default_value(true),
    });
    command.mut_subcommands(|command| with_files(command, env, problem))
}

fn secret(arg: &Arg, env: &dyn Fn(&str) -> Option<String>) -> Option<Result<String, String>> {
    let name = arg.get_env().filter(|_| arg.is_hide_env_values_set())?.to_str()?;
    if env(name).is_some() {
        return None;
    }
    let variable = format!("{name}_FILE");
    let path = env(&variable)?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{variable} cannot be read: {error}"));
    Some(text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    /// The payment secret: the address of the database may stand in the environment of whoever runs the tests.
    fn read(env: &[(&str, &str)], options: &[&str]) -> Result<String, String> {
        let mut problem = None;
        let known = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let command = with_files(Cli::command(), &known, &mut problem);
        let words = ["licentia", "serve"].iter().chain(options);
        match problem {
            Some(problem) => Err(problem),
            None => {
                let matches = command.try_get_matches_from(words).unwrap();
                let (_, serve) = matches.subcommand().unwrap();
                Ok(serve.get_one::<String>("payment_secret").cloned().unwrap_or_default())
            }
        }
    }

    #[test]
    fn a_secret_stands_in_a_file() {
        let file = std::env::temp_dir().join(format!("licentia-secret-{}", std::process::id()));
        std::fs::write(&file, "long and random\n").unwrap();
        let path = file.to_str().unwrap();
        let in_file = ("LICENTIA_PAYMENT_SECRET_FILE", path);
        assert_eq!(read(&[in_file], &[]).unwrap(), "long and random");
        let said = read(&[in_file], &["--payment-secret", "another"]).unwrap();
        assert_eq!(said, "another", "what is said goes before");
        let missing = read(&[("LICENTIA_PAYMENT_SECRET_FILE", "/nowhere/at/all")], &[]).unwrap_err();
        assert!(missing.starts_with("LICENTIA_PAYMENT_SECRET_FILE cannot be read"), "{missing}");
        // Only secrets have such a twin: a host is none.
        assert!(read(&[("HOST_FILE", "/nowhere/at/all")], &[]).is_ok());
        std::fs::remove_file(&file).unwrap();
    }

    /// Whatever is called a secret, a token or a password hides its value, and so has its file.
    #[test]
    fn every_secret_can_stand_in_a_file() {
        let serve = Cli::command().find_subcommand("serve").unwrap().clone();
        for arg in serve.get_arguments() {
            let name = arg.get_env().and_then(|name| name.to_str()).unwrap_or_default();
            let secret = ["SECRET", "TOKEN", "PASSWORD", "KEY", "DATABASE_URL", "SMTP_URL"];
            assert!(!secret.iter().any(|word| name.contains(word)) || arg.is_hide_env_values_set(), "{name}");
        }
    }
}
