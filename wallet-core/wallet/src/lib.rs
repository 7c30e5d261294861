//! Jiaozi's wallet: profiles, payees, requests, the payment saga and history.
//! Every shell (desktop, terminal) calls this one surface.

pub mod api;
