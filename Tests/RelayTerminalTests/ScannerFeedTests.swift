import NIOCore
import NIOPosix
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(1)))
final class ScannerFeedTests {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let news: AsyncStream<ScannerFeed.News>
    private let feed: ScannerFeed

    init() {
        let (news, tell) = AsyncStream.makeStream(of: ScannerFeed.News.self)
        self.news = news
        feed = ScannerFeed(on: group.next()) { tell.yield($0) }
    }

    deinit { group.shutdownGracefully { _ in } }

    @Test func oneScannerReadsAtATime() async {
        let first = HeldScanner(text: "1")
        #expect(feed.begin(first))
        #expect(!feed.begin(QuickScanner(input: code("2"))))
        var heard = news.makeAsyncIterator()
        first.release()
        #expect(await heard.next() == .read(code("1")))
        #expect(feed.begin(QuickScanner(input: code("3"))))
        #expect(await heard.next() == .read(code("3")))
    }

    @Test func eachScanThatReadsNothingSaysWhy() async {
        var heard = news.makeAsyncIterator()
        #expect(feed.begin(BrokenScanner()))
        #expect(await heard.next() == .failed(BrokenScanner.failure))
        #expect(feed.begin(QuickScanner(input: nil)))
        #expect(await heard.next() == .failed(.nothing))
    }

    @Test func whatIsDroppedNeverComes() async {
        let first = HeldScanner(text: "1")
        #expect(!feed.drop(), "nothing was begun")
        #expect(feed.begin(first))
        await first.hasBegun()
        #expect(feed.drop())
        #expect(!feed.drop(), "it is dropped already")
        first.release()
        var heard = news.makeAsyncIterator()
        #expect(feed.begin(QuickScanner(input: code("last"))))
        #expect(await heard.next() == .read(code("last")))
    }

    /// The event loop is busy: nobody has heard of the scan yet that the scanner has read.
    @Test func whatIsReadButNotHeardIsDropped() async throws {
        let scanner = QuickScanner(input: code("1"))
        try await group.next().submit { [feed] in
            #expect(feed.begin(scanner))
            scanner.hasRead.wait()
            #expect(feed.drop())
        }.get()
        var heard = news.makeAsyncIterator()
        #expect(feed.begin(QuickScanner(input: code("last"))))
        #expect(await heard.next() == .read(code("last")))
    }

    @Test func whatIsHeardIsNotDropped() async {
        var heard = news.makeAsyncIterator()
        #expect(feed.begin(QuickScanner(input: code("1"))))
        #expect(await heard.next() == .read(code("1")))
        #expect(!feed.isReading)
        #expect(!feed.drop())
    }

    @Test func aCameraThatSeesNothingGivesTheThreadBackWhenItIsDropped() async {
        let camera = IdleCamera()
        #expect(feed.begin(camera))
        await camera.hasBegun()
        #expect(feed.drop())
        var heard = news.makeAsyncIterator()
        #expect(feed.begin(QuickScanner(input: code("next"))))
        #expect(await heard.next() == .read(code("next")))
    }

    /// A scanner that does not notice that it is dropped keeps the thread: few wait for it.
    @Test func droppedScannersDoNotPileUp() async {
        let deaf = HeldScanner()
        #expect(feed.begin(deaf))
        await deaf.hasBegun()
        #expect(feed.drop())
        #expect(feed.begin(BrokenScanner()))
        #expect(feed.drop())
        #expect(!feed.begin(BrokenScanner()))
        deaf.release()
    }
}
