import DeviceProtocol
import Dispatch

@testable import RelayTerminal

/// A scanner that blocks until the test lets it read its code.
struct HeldScanner: Scanner {
    private let text: String
    private let gate = DispatchSemaphore(value: 0)
    private let begun = Moment()
    private let ended = Moment()

    init(text: String = "99271828182845904523") { self.text = text }

    func read(while isWanted: () -> Bool) -> ScannerInput? {
        begun.hasCome()
        gate.wait()
        defer { ended.hasCome() }
        return code(text)
    }

    func hasBegun() async { await begun.comes() }
    func hasEnded() async { await ended.comes() }
    func release() { gate.signal() }
}

struct BrokenScanner: Scanner {
    static let failure = ScannerFailure(sentence: "The camera is unplugged; plug it in.")

    func read(while isWanted: () -> Bool) throws(ScannerFailure) -> ScannerInput? { throw Self.failure }
}

/// A scanner with this code before it, or with nothing.
struct QuickScanner: Scanner {
    let input: ScannerInput?
    let hasRead = DispatchSemaphore(value: 0)

    func read(while isWanted: () -> Bool) -> ScannerInput? {
        hasRead.signal()
        return input
    }
}

/// A camera before which no phone comes.
struct IdleCamera: Scanner {
    private let begun = Moment()

    func read(while isWanted: () -> Bool) -> ScannerInput? {
        begun.hasCome()
        while isWanted() {}
        return nil
    }

    func hasBegun() async { await begun.comes() }
}

/// Something that happens once, on another thread.
private struct Moment {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func hasCome() { continuation.yield() }
    func comes() async { _ = await stream.first { true } }
}

func code(_ text: String) -> ScannerInput { ScannerInput(symbology: .qr, text: ScannedText(text)!) }
