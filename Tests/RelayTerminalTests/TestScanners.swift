import DeviceProtocol
import Dispatch

@testable import RelayTerminal

/// A scanner that blocks until the test lets it read its code.
struct HeldScanner: Scanner {
    private let text: String
    private let gate = DispatchSemaphore(value: 0)
    private let begun: AsyncStream<Void>
    private let onBegun: AsyncStream<Void>.Continuation

    init(text: String = "99271828182845904523") {
        self.text = text
        (begun, onBegun) = AsyncStream.makeStream()
    }

    func read(while isWanted: () -> Bool) -> ScannerInput? {
        onBegun.yield()
        gate.wait()
        return code(text)
    }

    func hasBegun() async { _ = await begun.first { true } }
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
    private let begun: AsyncStream<Void>
    private let onBegun: AsyncStream<Void>.Continuation

    init() { (begun, onBegun) = AsyncStream.makeStream() }

    func read(while isWanted: () -> Bool) -> ScannerInput? {
        onBegun.yield()
        while isWanted() {}
        return nil
    }

    func hasBegun() async { _ = await begun.first { true } }
}

func code(_ text: String) -> ScannerInput { ScannerInput(symbology: .qr, text: ScannedText(text)!) }
