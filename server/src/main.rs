use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("licentia: no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = server::cli::Cli::read().and_then(|cli| runtime.block_on(server::cli::run(cli)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("licentia: {message}");
            ExitCode::FAILURE
        }
    }
}
