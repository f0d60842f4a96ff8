//! A dump of the whole store, taken while writing goes on.
