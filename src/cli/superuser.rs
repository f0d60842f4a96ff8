//! `luge superuser`: works on the data directory itself, so it needs no server and no password of another superuser.

use crate::auth::superuser;
use crate::commit::{Db, Options};
use crate::config::process::Partial;
use crate::error::{Code, Error, Result};
use clap::{Args, Subcommand};
use std::io::BufRead;

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
            let db = Db::open(Options::new(dir)).await.map_err(hint)?;
            let done = self.action.run(&db).await;
            db.close();
            println!("{}", done?);
            Ok(())
        })
    }
}

/// A server that runs holds the directory; it changes superusers itself.
fn hint(error: Error) -> Error {
    let told = super::told(&error);
    Error::new(Code::Unavailable, format!("{} While a server runs, change superusers over its API.", told.trim()))
}

impl Action {
    async fn run(self, db: &Db) -> Result<String> {
        match self {
            Action::Create(who) => {
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
            _ => first_line(),
        }
    }
}

/// A password in the arguments is seen by everyone who lists the processes of the machine; this way it is not.
fn first_line() -> Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Error::bad_request("The standard input has no password. Give one: luge superuser create EMAIL PASSWORD"));
    }
    Ok(password.to_owned())
}
