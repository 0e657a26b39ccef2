use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use domain::{Kopecks, Mismatch, OrderId, Payment, PaymentOutcome, StatementPayment, invoices_in, statement};
use service::Desk;
use sha2::{Digest, Sha256};

use super::{Database, connect_filled};

#[derive(Clone, Debug, Args)]
pub(super) struct Payments {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Records the payment of an invoice.
    Record {
        /// The invoice's number, Л-000012.
        #[arg(value_parser = invoice)]
        invoice: OrderId,
        /// How much was paid, in roubles: 12000.00.
        #[arg(value_parser = amount)]
        amount: Kopecks,
        /// The number of the payment order; without it, the invoice's and the amount.
        #[arg(long)]
        reference: Option<String>,
    },
    /// Takes the payments of a bank statement in the format 1CClientBankExchange (UTF-8 or windows-1251).
    Import { file: PathBuf },
    /// Lists the payments that pay no order.
    Unmatched,
}

fn invoice(text: &str) -> Result<OrderId, String> {
    OrderId::of_number(text).ok_or_else(|| "not the number of an invoice, such as Л-000012".to_owned())
}

fn amount(text: &str) -> Result<Kopecks, String> {
    Kopecks::parse(text).ok_or_else(|| "not an amount, such as 12000.00".to_owned())
}

pub(super) async fn run(options: Payments) -> Result<(), String> {
    let desk = Desk::new(Arc::new(connect_filled(&options.database).await?));
    match options.command {
        Command::Record { invoice, amount, reference } => {
            let purpose = invoice.number();
            let reference = reference.unwrap_or_else(|| format!("{purpose}/{}", amount.0));
            let payment = Payment { source: "operator".to_owned(), reference, amount, payer: String::new(), purpose };
            let outcome = record(&desk, &payment).await?;
            println!("{}", told(&desk, &payment, outcome).await?);
            match outcome {
                PaymentOutcome::Recorded(_) | PaymentOutcome::Known(Some(_)) => Ok(()),
                _ => Err("nothing was paid".to_owned()),
            }
        }
        Command::Import { file } => import(&desk, &file).await,
        Command::Unmatched => {
            for known in desk.unmatched_payments().await.map_err(|error| error.to_string())? {
                let payment = known.payment;
                println!(
                    "{}  {}  {}  {}  {}  {}",
                    known.recorded_at.date(),
                    payment.amount,
                    known.mismatch.code(),
                    payment.reference,
                    payment.payer,
                    payment.purpose
                );
            }
            Ok(())
        }
    }
}

async fn import(desk: &Desk, file: &std::path::Path) -> Result<(), String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    // What is no UTF-8 is windows-1251, in which 1C writes by default.
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(other) => encoding_rs::WINDOWS_1251.decode(other.as_bytes()).0.into_owned(),
    };
    let payments = statement(&text).map_err(|error| format!("{}: {error}; nothing was changed", file.display()))?;
    for paid in &payments {
        let payment = of_statement(paid);
        let outcome = record(desk, &payment).await?;
        let told = told(desk, &payment, outcome).await?;
        println!("№ {} {} {} {}: {told}", paid.number, paid.date, paid.amount, paid.payer);
    }
    println!("{} payments", payments.len());
    Ok(())
}

/// Payer, number, day, amount and purpose name a payment order: imported twice, it counts once.
fn of_statement(paid: &StatementPayment) -> Payment {
    let purpose = Sha256::digest(paid.purpose.as_bytes());
    let purpose: String = purpose.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let payer = [paid.payer_inn.as_str(), paid.payer_account.as_str()].join("/");
    Payment {
        source: "statement".to_owned(),
        reference: format!("{payer}/{}/{}/{}/{purpose}", paid.number, paid.date, paid.amount.0),
        amount: paid.amount,
        payer: paid.payer.clone(),
        purpose: paid.purpose.clone(),
    }
}

async fn record(desk: &Desk, payment: &Payment) -> Result<PaymentOutcome, String> {
    desk.record_payment(payment)
        .await
        .map_err(|error| format!("not recorded ({error}); try again, nothing counts twice"))
}

/// What became of a payment; of another sum than the invoice's, both.
async fn told(desk: &Desk, payment: &Payment, outcome: PaymentOutcome) -> Result<String, String> {
    let expected = match (outcome, invoices_in(&payment.purpose).as_slice()) {
        (PaymentOutcome::Unmatched(Mismatch::Amount), [order]) => desk.amount_due(*order).await,
        _ => Ok(None),
    };
    let expected = expected.map_err(|error| error.to_string())?;
    Ok(match outcome {
        PaymentOutcome::Recorded(order) => format!("paid {}", order.number()),
        PaymentOutcome::Known(Some(order)) => format!("known already, paid {}", order.number()),
        PaymentOutcome::Known(None) => "known already, paid nothing".to_owned(),
        PaymentOutcome::Contradicts => "another payment was told of by this name".to_owned(),
        PaymentOutcome::Unmatched(why) => {
            let sums = expected.map(|sum| format!(": {sum} expected, {} paid", payment.amount)).unwrap_or_default();
            format!("unmatched ({}){sums}", why.code())
        }
    })
}
