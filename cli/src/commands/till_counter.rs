//! `jiaozi till staff` and `jiaozi till item`: who stands at the counter, and
//! what is sold there.

use std::path::Path;

use jiaozi_wallet::Till;
use jiaozi_wallet::api::ErrorCode;
use jiaozi_wallet::api::till::{ItemInput, ItemView, StaffInput, StaffView};

use crate::failure::{Failure, OwnCode, own};
use crate::options::{TillItemCommand, TillStaffCommand};
use crate::output::{Column, Output};

/// A file with more than this is no staff code.
const CODE_FILE: u64 = 256;

/// `jiaozi till staff`
pub async fn staff(out: &Output, till: &Till, command: &TillStaffCommand) -> Result<(), Failure> {
    match command {
        TillStaffCommand::Save(options) => {
            let pin = options.code_file.as_deref().map(read_code).transpose()?;
            let input = StaffInput {
                name: options.name.clone(),
                pin,
                may_refund: options.may_refund,
            };
            let saved = till.save_staff(input).await?;
            out.answer(&saved, |out| staff_table(out, std::slice::from_ref(&saved)))
        }
        TillStaffCommand::Remove { name } => {
            till.remove_staff(name).await?;
            removed(out, name)
        }
        TillStaffCommand::List => {
            let view = till.view()?.ok_or(ErrorCode::TillNotSetUp)?;
            out.answer(&view.staff, |out| staff_table(out, &view.staff))
        }
    }
}

/// `jiaozi till item`
pub async fn item(out: &Output, till: &Till, command: &TillItemCommand) -> Result<(), Failure> {
    match command {
        TillItemCommand::Save(options) => {
            let input = ItemInput {
                id: options.id.clone(),
                name: options.name.clone(),
                price: options.price.clone(),
                barcode: options.barcode.clone(),
            };
            let saved = till.save_item(input).await?;
            out.answer(&saved, |out| item_table(out, std::slice::from_ref(&saved)))
        }
        TillItemCommand::Remove { id } => {
            till.remove_item(id).await?;
            removed(out, id)
        }
        TillItemCommand::List => {
            let view = till.view()?.ok_or(ErrorCode::TillNotSetUp)?;
            out.answer(&view.items, |out| item_table(out, &view.items))
        }
    }
}

/// A staff code that stands in a file, so that no list of processes shows it.
pub fn read_code(file: &Path) -> Result<String, Failure> {
    use std::io::Read;
    let unreadable = || {
        let file = file.display().to_string();
        own(OwnCode::FileUnreadable, [("file", file)])
    };
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(|_| unreadable())?;
    let read = opened.take(CODE_FILE).read_to_string(&mut text);
    read.map_err(|_| unreadable())?;
    Ok(text.trim().to_owned())
}

fn removed(out: &Output, what: &str) -> Result<(), Failure> {
    out.answer(&serde_json::json!({ "removed": what }), |out| {
        out.line(&out.messages().fill("till_removed", &[("what", what)]))
    })
}

fn staff_table(out: &Output, staff: &[StaffView]) -> Result<(), Failure> {
    let messages = out.messages();
    if staff.is_empty() {
        return out.line(messages.text("till_staff_none"));
    }
    let rows = staff.iter().map(|person| {
        let may = match person.may_refund {
            true => "till_yes",
            false => "till_no",
        };
        vec![person.name.clone(), messages.text(may).to_owned()]
    });
    let columns = [Column::Left("name"), Column::Left("till_may_refund")];
    out.table(&columns, rows.collect())
}

fn item_table(out: &Output, items: &[ItemView]) -> Result<(), Failure> {
    if items.is_empty() {
        return out.line(out.messages().text("till_items_none"));
    }
    let rows = items.iter().map(|item| {
        vec![
            item.id.clone(),
            item.name.clone(),
            item.price.text.clone(),
            item.barcode.clone().unwrap_or_default(),
        ]
    });
    let columns = [
        Column::Left("id"),
        Column::Left("name"),
        Column::Right("till_price"),
        Column::Left("till_barcode"),
    ];
    out.table(&columns, rows.collect())
}
