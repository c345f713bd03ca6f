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

    func read(_ give: (ScannerInput) -> Void) {
        onBegun.yield()
        gate.wait()
        give(code(text))
    }

    func hasBegun() async { _ = await begun.first { true } }
    func release() { gate.signal() }
}

struct BrokenScanner: Scanner {
    static let failure = ScannerFailure(sentence: "The camera is unplugged; plug it in.")

    func read(_ give: (ScannerInput) -> Void) throws(ScannerFailure) { throw Self.failure }
}

/// A scanner with all these codes before it.
struct HastyScanner: Scanner {
    let texts: [String]
    let hasGiven = DispatchSemaphore(value: 0)

    func read(_ give: (ScannerInput) -> Void) {
        for text in texts { give(code(text)) }
        hasGiven.signal()
    }
}

func code(_ text: String) -> ScannerInput { ScannerInput(symbology: .qr, text: ScannedText(text)!) }
