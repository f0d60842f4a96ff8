//! `luge import pocketbase DIR`: moves a whole PocketBase app over, so that its clients notice nothing but the new address.

pub mod collections;
pub mod leftovers;
pub mod records;
pub mod source;
pub mod storage;
