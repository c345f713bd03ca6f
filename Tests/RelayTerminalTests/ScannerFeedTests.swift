import NIOCore
import NIOPosix
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(1)))
final class ScannerFeedTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let ends: AsyncStream<ScannerEnd>
    private let feed: ScannerFeed

    init() {
        let (ends, tell) = AsyncStream.makeStream(of: ScannerEnd.self)
        self.ends = ends
        feed = ScannerFeed(on: group.next()) { tell.yield($0) }
    }

    deinit { group.shutdownGracefully { _ in } }

    @Test func whatIsReadComesToTheEventLoop() async {
        var heard = ends.makeAsyncIterator()
        let scanner = HeldScanner(text: "1")
        feed.begin(scanner)
        await scanner.hasBegun()
        scanner.release()
        #expect(await heard.next() == end("1"))
        feed.begin(QuickScanner(input: code("2")))
        #expect(await heard.next() == end("2"))
    }

    @Test func eachScanThatReadsNothingSaysWhy() async {
        var heard = ends.makeAsyncIterator()
        feed.begin(BrokenScanner())
        #expect(await heard.next() == .failed(BrokenScanner.failure))
        feed.begin(QuickScanner(input: nil))
        #expect(await heard.next() == .failed(.nothing))
    }

    @Test func aCameraThatSeesNothingEndsWhenItIsDropped() async {
        var heard = ends.makeAsyncIterator()
        let camera = IdleCamera()
        feed.begin(camera)
        await camera.hasBegun()
        feed.drop()
        #expect(await heard.next() == .failed(.nothing))
        feed.begin(QuickScanner(input: code("next")))
        #expect(await heard.next() == end("next"))
    }

    @Test func whatIsDroppedBeforeItsTurnIsNotRead() async {
        var heard = ends.makeAsyncIterator()
        let (first, second) = (HeldScanner(text: "1"), QuickScanner(input: code("2")))
        feed.begin(first)
        await first.hasBegun()
        feed.begin(second)
        feed.drop()
        first.release()
        #expect(await heard.next() == end("1"))
        #expect(await heard.next() == .failed(.nothing))
    }

    /// The terminal stops, and its event loop may be gone when the scanner ends.
    @Test func nothingComesAfterTheStop() async throws {
        let told = AsyncStream.makeStream(of: ScannerEnd.self)
        let feed = ScannerFeed(on: group.next()) { told.continuation.yield($0) }
        let scanner = HeldScanner(text: "1")
        feed.begin(scanner)
        await scanner.hasBegun()
        feed.stop()
        scanner.release()
        await scanner.hasEnded()
        feed.begin(QuickScanner(input: code("2")))
        try await group.next().submit {}.get()
        told.continuation.finish()
        #expect(await told.stream.first { _ in true } == nil)
    }

    /// The scanner has read, and the event loop is too busy to hear of it before the stop.
    @Test func whatIsNotHeardYetDoesNotComeAfterTheStop() async throws {
        let told = AsyncStream.makeStream(of: ScannerEnd.self)
        let feed = ScannerFeed(on: group.next()) { told.continuation.yield($0) }
        let scanner = QuickScanner(input: code("1"))
        try await group.next().submit {
            feed.begin(scanner)
            scanner.hasRead.wait()
            feed.stop()
        }.get()
        try await group.next().submit {}.get()
        told.continuation.finish()
        #expect(await told.stream.first { _ in true } == nil)
    }

    private func end(_ text: String) -> ScannerEnd { .read(code(text).symbology, code(text).text) }
}
