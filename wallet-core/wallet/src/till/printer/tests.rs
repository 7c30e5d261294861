//! Printers on loopback and behind device files, good ones and bad ones. Waits
//! are made short; what is asserted is how it ends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::*;

const SHORT: Duration = Duration::from_millis(300);

/// A receipt's worth of bytes, with line feeds and nulls in it.
fn receipt() -> Vec<u8> {
    (0..100_000_u32)
        .map(|at| u8::try_from(at % 251).unwrap())
        .collect()
}

/// A printer on loopback that does what `acts` does.
async fn printer<F, A>(acts: A) -> (String, tokio::task::JoinHandle<Vec<u8>>)
where
    A: FnOnce(TcpStream) -> F + Send + 'static,
    F: Future<Output = Vec<u8>> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let task = tokio::spawn(async move { acts(listener.accept().await.unwrap().0).await });
    (address, task)
}

/// Takes everything; answers each question with what is given, where something is.
async fn takes(mut stream: TcpStream, off_line: Option<u8>, done: Option<u8>) -> Vec<u8> {
    let mut question = [0; 3];
    stream.read_exact(&mut question).await.unwrap();
    assert_eq!(question, status::WHY_OFF_LINE);
    if let Some(answer) = off_line {
        stream.write_all(&[answer]).await.unwrap();
    }
    let (mut all, mut part) = (Vec::new(), [0; 8_192]);
    let mut answered = false;
    loop {
        let read = stream.read(&mut part).await.unwrap_or(0);
        if read == 0 {
            return all;
        }
        all.extend_from_slice(&part[..read]);
        if let Some(answer) = done
            && !answered
            && all.ends_with(&status::WHEN_DONE)
        {
            answered = true;
            stream.write_all(&[answer]).await.unwrap();
        }
    }
}

/// Waits that a printer which answers never uses up, and one that does not does
/// where the test waits for it.
fn waits(answer: Duration, stalled: Duration) -> network::Waits {
    let done = Duration::from_secs(60);
    network::Waits {
        connect: done,
        stalled,
        answer,
        done,
    }
}

const LONG: Duration = Duration::from_secs(60);

async fn sent(address: &str) -> Result<bool, PrinterError> {
    network::send(address, &receipt(), waits(LONG, LONG)).await
}

/// What the printer got, without the question at its end.
fn paper(mut all: Vec<u8>) -> Vec<u8> {
    assert!(all.ends_with(&status::WHEN_DONE));
    all.truncate(all.len() - status::WHEN_DONE.len());
    all
}

#[tokio::test]
async fn a_printer_that_answers_confirms() {
    let (address, task) = printer(|stream| takes(stream, Some(0x12), Some(0))).await;
    assert!(sent(&address).await.unwrap());
    assert_eq!(paper(task.await.unwrap()), receipt());
}

#[tokio::test]
async fn a_printer_that_says_nothing_is_believed_and_not_called_sure() {
    let (address, task) = printer(|stream| takes(stream, None, None)).await;
    let input = PrinterInput::Network { address };
    let printed = send(&input, receipt()).await.unwrap();
    assert!(!printed.confirmed);
    assert_eq!(paper(task.await.unwrap()), receipt());
}

#[tokio::test]
async fn what_a_printer_says_is_heard() {
    let told = |off_line, done| async move {
        let (address, task) = printer(move |stream| takes(stream, off_line, done)).await;
        let told = sent(&address).await;
        (told, task.await.unwrap())
    };
    let (cover, paper) = told(Some(0x16), None).await;
    assert!(matches!(cover, Err(PrinterError::Cover)) && paper.is_empty());
    let (empty, paper) = told(Some(0x32), None).await;
    assert!(matches!(empty, Err(PrinterError::Paper)) && paper.is_empty());
    let (empty, _) = told(Some(0x12), Some(0x0f)).await;
    assert!(matches!(empty, Err(PrinterError::Paper)));
    // Paper near its end prints; and what is no answer stops nothing.
    assert!(matches!(told(Some(0x12), Some(0x03)).await.0, Ok(true)));
    assert!(matches!(told(Some(0xff), Some(0)).await.0, Ok(true)));
    // An answer to the first question that comes late is none to the last.
    assert!(!status::is_of_done(0x12) && status::is_of_done(0x0f));
}

#[tokio::test]
async fn a_printer_that_never_reads_is_given_up() {
    // A printer's own memory is small.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let holds = tokio::spawn(async move {
        let stream = listener.accept().await.unwrap();
        std::future::pending::<()>().await;
        drop(stream);
    });
    // More than the kernel keeps for a sender.
    let much = vec![7; 16 << 20];
    let ended = network::send(&address, &much, waits(SHORT, SHORT)).await;
    assert!(matches!(ended, Err(PrinterError::Stuck)), "{ended:?}");
    holds.abort();
}

#[tokio::test]
async fn a_printer_that_resets_is_noticed() {
    let resets = |stream: TcpStream| async move {
        let mut stream = stream;
        let mut some = [0; 4_096];
        stream.read_exact(&mut some).await.unwrap();
        // With what was not read, closing resets.
        drop(stream);
        Vec::new()
    };
    let (address, task) = printer(resets).await;
    let much = vec![7; 16 << 20];
    let ended = network::send(&address, &much, waits(SHORT, LONG)).await;
    assert!(matches!(ended, Err(PrinterError::Broke(_))), "{ended:?}");
    task.await.unwrap();
}

#[tokio::test]
async fn nobody_there_and_no_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    assert!(matches!(
        sent(&address).await,
        Err(PrinterError::Unreachable(_))
    ));
    for wrong in ["", "printer", "127.0.0.1:0"] {
        assert!(
            matches!(sent(wrong).await, Err(PrinterError::Place)),
            "{wrong}"
        );
    }
    let none = PrinterInput::Network {
        address: "printer".to_owned(),
    };
    let refused = check(&none).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TillPrinterPlace);
}

#[cfg(unix)]
mod devices {
    use std::fs::File;
    use std::io::Read;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    async fn device(path: &str) -> Result<bool, PrinterError> {
        super::device::send(path, receipt(), SHORT).await
    }

    fn fifo(folder: &tempfile::TempDir) -> String {
        let path = folder.path().join("printer");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_serial_line_gets_every_byte_as_it_is() {
        let line = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&line).unwrap();
        unlockpt(&line).unwrap();
        let path = ptsname(&line, Vec::new()).unwrap().into_string().unwrap();
        // Held open, so that the line does not hang up before all is read.
        let kept = File::options().read(true).write(true).open(&path).unwrap();
        let reader = std::thread::spawn(move || {
            let (mut line, mut all) = (File::from(line), vec![0; receipt().len()]);
            line.read_exact(&mut all).unwrap();
            all
        });
        let sent = device::send(&path, receipt(), Duration::from_secs(10)).await;
        assert!(!sent.unwrap(), "a device tells nothing");
        // Line feeds are line feeds: nothing was added.
        assert_eq!(reader.join().unwrap(), receipt());
        drop(kept);
    }

    #[tokio::test]
    async fn a_pipe_is_filled_and_given_up_when_nobody_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        let nobody = device(&path).await;
        assert!(
            matches!(nobody, Err(PrinterError::Unreachable(_))),
            "{nobody:?}"
        );
        let reader = File::options().read(true).write(true).open(&path).unwrap();
        let full = device(&path).await;
        assert!(matches!(full, Err(PrinterError::Stuck)), "{full:?}");
        drop(reader);
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(&folder);
        let place = path.clone();
        let reader = std::thread::spawn(move || {
            let mut some = [0; 1_000];
            File::open(place).unwrap().read_exact(&mut some).unwrap();
        });
        // Until the reader is there, nothing can be reached.
        let ended = loop {
            match device::send(&path, vec![7; 16 << 20], Duration::from_secs(10)).await {
                Err(PrinterError::Unreachable(_)) => tokio::task::yield_now().await,
                ended => break ended,
            }
        };
        assert!(matches!(ended, Err(PrinterError::Broke(_))), "{ended:?}");
        reader.join().unwrap();
    }

    #[tokio::test]
    async fn a_full_device_is_told() {
        let ended = device("/dev/full").await;
        assert!(matches!(ended, Err(PrinterError::Broke(_))), "{ended:?}");
        assert!(device("/dev/null").await.is_ok());
    }

    #[tokio::test]
    async fn files_and_folders_are_never_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accounts.csv");
        std::fs::write(&file, "precious").unwrap();
        let link = folder.path().join("lp0");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for path in [&file, &link] {
            let ended = device(path.to_str().unwrap()).await;
            assert!(matches!(ended, Err(PrinterError::Place)), "{ended:?}");
        }
        assert_eq!(std::fs::read(&file).unwrap(), b"precious");
        let missing = folder.path().join("lp1");
        assert!(device(missing.to_str().unwrap()).await.is_err());
        assert!(!missing.exists(), "nothing is made");
        assert!(device(folder.path().to_str().unwrap()).await.is_err());
        assert!(matches!(device("lp0").await, Err(PrinterError::Place)));
    }
}
