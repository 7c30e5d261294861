//! Answers of a node: the whole way from the socket to the ledger's own types.
#![no_main]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use alloy_primitives::{Address, B256};
use jiaozi_ledger::{Endpoint, EvmLedger, Finality, Ledger};
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::LocalSet;

/// A node that gives every caller the same bytes.
struct Node {
    runtime: Runtime,
    tasks: LocalSet,
    url: String,
    result: Rc<RefCell<Vec<u8>>>,
    /// The ledger that is asked, and how often it was.
    ledger: RefCell<(Rc<EvmLedger>, u32)>,
}

/// A connection's certificates take long to load; what a ledger thinks of its node after so many bad
/// answers must not last for ever either.
const INPUTS_A_LEDGER: u32 = 100;

thread_local! {
    static NODE: Node = Node::start();
}

impl Node {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let (tasks, result) = (LocalSet::new(), Rc::new(RefCell::new(Vec::new())));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let said = Rc::clone(&result);
        tasks.spawn_local(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::task::spawn_local(serve(stream, Rc::clone(&said)));
            }
        });
        let ledger = RefCell::new((new_ledger(&runtime, &url), 0));
        Self {
            runtime,
            tasks,
            url,
            result,
            ledger,
        }
    }

    fn ledger(&self) -> Rc<EvmLedger> {
        let mut kept = self.ledger.borrow_mut();
        if kept.1 >= INPUTS_A_LEDGER {
            *kept = (new_ledger(&self.runtime, &self.url), 0);
        }
        kept.1 += 1;
        Rc::clone(&kept.0)
    }
}

fn new_ledger(runtime: &Runtime, url: &str) -> Rc<EvmLedger> {
    let endpoint = Endpoint::new(url, &[]).expect("its own URL");
    let _entered = runtime.enter();
    Rc::new(EvmLedger::new(1, Finality::Depth(3), &[endpoint]).expect("a ledger"))
}

async fn serve(mut stream: TcpStream, result: Rc<RefCell<Vec<u8>>>) {
    let mut request = vec![0; 16 * 1024];
    while let Ok(1..) = stream.read(&mut request).await {
        let text = String::from_utf8_lossy(&request);
        // The chain id is right, or nothing else would ever be looked at.
        let id = text.split("\"id\":").nth(1).unwrap_or("1");
        let id: String = id.chars().take_while(char::is_ascii_digit).collect();
        let body = if text.contains("eth_chainId") {
            format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":\"0x1\"}}").into_bytes()
        } else if result.borrow().first() == Some(&b'!') {
            result.borrow()[1..].to_vec()
        } else {
            let start = format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":");
            [start.as_bytes(), &result.borrow(), b"}"].concat()
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        if stream.write_all(head.as_bytes()).await.is_err()
            || stream.write_all(&body).await.is_err()
        {
            return;
        }
        let _ = stream.shutdown().await;
        request.fill(0);
    }
}

fuzz_target!(|bytes: &[u8]| {
    NODE.with(|node| {
        *node.result.borrow_mut() = bytes.to_vec();
        let ledger = node.ledger();
        let (account, hash) = (Address::repeat_byte(1), B256::repeat_byte(2));
        let questions = async {
            // A different question by the first byte, so that one input costs one or two calls.
            match bytes.first().copied().unwrap_or_default() % 6 {
                0 => drop(ledger.status(hash).await),
                1 => drop(ledger.nonces(account).await),
                2 => drop(ledger.token(account).await),
                3 => drop(ledger.transfers(&[account], account, 0, 9).await),
                4 => drop(ledger.block_time(7).await),
                _ => drop(ledger.coin_balance(account).await),
            }
        };
        let bounded = async { tokio::time::timeout(Duration::from_secs(10), questions).await };
        let _ = node.tasks.block_on(&node.runtime, bounded);
    });
});
