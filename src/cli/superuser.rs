//! `luge superuser`: works on the data directory itself, so it needs no server and no password of another superuser.

use super::database;
use crate::auth::superuser;
use crate::commit::Db;
use crate::config::process::Partial;
use crate::error::{Error, Result};
use clap::{Args, Subcommand};
use std::io::{BufRead, IsTerminal};

/// The flags of `luge superuser`.
#[derive(Args)]
pub struct Superuser {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a new superuser
    Create(Who),
    /// Make a superuser, or give an existing one another password
    Upsert(Who),
    /// Delete a superuser
    Delete {
        /// The email address
        email: String,
    },
    /// Print the addresses of all superusers
    List,
}

#[derive(Args)]
struct Who {
    /// The email address
    email: String,
    /// The password; without it, or with `-`, the first line of the standard input
    password: Option<String>,
}

impl Superuser {
    /// Does it, and says so.
    pub fn run(self, partial: Partial) -> Result<()> {
        let dir = partial.complete()?.dir;
        super::runtime()?.block_on(async {
            let db = match self.action {
                // The first superuser may be there before the first start.
                Action::Create(_) | Action::Upsert(_) => database::open_or_make(&dir).await?,
                Action::Delete { .. } | Action::List => database::open_existing(&dir).await?,
            };
            let done = self.action.run(&db).await;
            db.close();
            println!("{}", done?);
            Ok(())
        })
    }
}

impl Action {
    async fn run(self, db: &Db) -> Result<String> {
        match self {
            Action::Create(who) => {
                if superuser::list(db)?.iter().any(|email| email.eq_ignore_ascii_case(&who.email)) {
                    let message = "is a superuser already. To give it another password: luge superuser upsert";
                    return Err(Error::bad_request(format!("{} {message} {}", who.email, who.email)));
                }
                superuser::create(db, &who.email, &who.password()?).await?;
                Ok(format!("Created the superuser {}.", who.email))
            }
            Action::Upsert(who) => {
                superuser::upsert(db, &who.email, &who.password()?).await?;
                Ok(format!("The superuser {} has this password now.", who.email))
            }
            Action::Delete { email } => {
                superuser::delete(db, &email).await?;
                Ok(format!("Deleted the superuser {email}."))
            }
            Action::List => Ok(superuser::list(db)?.join("\n")),
        }
    }
}

impl Who {
    fn password(&self) -> Result<String> {
        match self.password.as_deref() {
            Some(password) if password != "-" => Ok(password.to_owned()),
            _ if std::io::stdin().is_terminal() => asked(&self.email),
            _ => first_line(),
        }
    }
}

/// A password typed by someone, twice, because it is not shown.
fn asked(email: &str) -> Result<String> {
    if !std::io::stderr().is_terminal() {
        eprintln!("Type the password of {email}, or give it from a file: luge superuser … < password.txt");
        return first_line();
    }
    let ask = |prompt: String| {
        eprint!("{prompt}: ");
        console::Term::stderr().read_secure_line()
    };
    let password = ask(format!("Password of {email}"))?;
    match ask("The same again".to_owned())? == password {
        true => not_empty(&password),
        false => Err(Error::bad_request("The two passwords are different. Nothing was changed.")),
    }
}

/// A password in the arguments is seen by everyone who lists the processes of the machine; this way it is not.
fn first_line() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    not_empty(line.trim_end_matches(['\r', '\n']))
}

fn not_empty(password: &str) -> Result<String> {
    match password.is_empty() {
        false => Ok(password.to_owned()),
        true => Err(Error::bad_request("The standard input has no password. Give one: luge superuser create EMAIL PASSWORD")),
    }
}
