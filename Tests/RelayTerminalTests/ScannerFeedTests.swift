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

    /// The event loop is busy while a scanner gives a thousand codes: one of them waits, the last.
    @Test func ofWhatComesFasterThanItIsTakenTheNewestCounts() async throws {
        let scanner = HastyScanner(texts: (1...1_000).map { "\($0)" })
        try await group.next().submit { [feed] in
            #expect(feed.begin(scanner))
            scanner.hasGiven.wait()
        }.get()
        #expect(feed.begin(TypedCode(input: code("after"))))
        var heard = news.makeAsyncIterator()
        #expect(await heard.next() == .read(code("1000")))
        #expect(await heard.next() == .read(code("after")))
    }

    @Test func oneScannerReadsAndOneWaits() async {
        let first = HeldScanner(text: "1")
        let second = HeldScanner(text: "2")
        #expect(feed.begin(first))
        #expect(feed.begin(second))
        #expect(!feed.begin(TypedCode(input: code("3"))))
        var heard = news.makeAsyncIterator()
        first.release()
        #expect(await heard.next() == .read(code("1")))
        second.release()
        #expect(await heard.next() == .read(code("2")))
    }

    @Test func aFailureComesAfterWhatWasReadBefore() async {
        struct Unplugged: Scanner {
            func read(_ give: (ScannerInput) -> Void) throws(ScannerFailure) {
                give(code("1"))
                throw BrokenScanner.failure
            }
        }
        #expect(feed.begin(Unplugged()))
        var heard = news.makeAsyncIterator()
        #expect(await heard.next() == .read(code("1")))
        #expect(await heard.next() == .failed(BrokenScanner.failure))
    }

    /// Both the one that reads and the one that waits.
    @Test func whatIsDroppedNeverComes() async {
        let first = HeldScanner(text: "1")
        #expect(!feed.drop(), "nothing was begun")
        #expect(feed.begin(first))
        await first.hasBegun()
        #expect(feed.begin(BrokenScanner()))
        #expect(feed.drop())
        first.release()
        var heard = news.makeAsyncIterator()
        let last = HeldScanner(text: "last")
        last.release()
        while !feed.begin(last) { await Task.yield() }  // Until one of the two has ended.
        #expect(await heard.next() == .read(code("last")))
    }
}
