import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// The log's WAL is moved into its segments by nobody but the indexer's threads, and not forgotten if that fails.
@Suite(.timeLimit(.minutes(2))) struct CheckpointerTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    private func walBytes(of segment: SegmentFile) -> Int64 { JournalFile.bytes(of: segment.path + "-wal") }

    /// Another program reads it, such as a backup.
    @Test func aClosedSegmentThatIsBusyIsMovedLater() throws {
        let writer = try LogWriter(opening: files, journals: 1, .full, segmentBytesMax: 1)
        _ = try writer.claim()
        let closed = try #require(try writer.rotate(before: now))
        let tail = SharedTail(Tail(Mark(), [:], writer.standing, today: 0))
        tail.with { $0.close(closed) }
        var checkpointer = Checkpointer(files, tail, pause: .zero)
        let reader = try Segment(closed, nil)
        try reader.connection.execute("BEGIN")
        _ = try reader.lastNumber()
        _ = try Segment(closed, .full).append(99, body: [], hash: [])  // What the reader does not see cannot be moved.
        let early = checkpointer.move()
        #expect(!early && tail.with(\.closed) == [closed] && walBytes(of: closed) > 0)
        try reader.connection.execute("COMMIT")
        let late = checkpointer.move()
        #expect(late && tail.with(\.closed).isEmpty && walBytes(of: closed) == 0)
        let again = checkpointer.move()
        #expect(!again, "nothing is due")
    }

    /// Closing its file would move the WAL, while a commit waits.
    @Test func theWriterLeavesAClosedSegmentToTheIndexer() throws {
        let writer = try LogWriter(opening: files, journals: 1, .full, segmentBytesMax: 1)
        _ = try writer.claim()
        let closed = try #require(try writer.rotate(before: now))
        writer.letGo(except: [closed])
        #expect(walBytes(of: closed) > 0)
        writer.letGo(except: [])
        #expect(walBytes(of: closed) == 0)
    }

    @Test mutating func anIndexThatIsLostStopsNoCheckpoint() async throws {
        let journal = try #require(try claim())
        try JournalFile.remove(files.index)
        try await journal.commit([opening(transaction("one"), sequence: 1)])
        try await journal.commit([opening(transaction("two", at: now + .seconds(86_400)), sequence: 2)])
        let closed = try #require(try files.segments.first)
        // The indexer was called, and works on threads of its own: what it has moved is seen in its file.
        while walBytes(of: closed) > 0 { try await Task.sleep(for: .milliseconds(2)) }
        #expect(await journal.footprint().unindexedEvents == 2)
    }

    /// A checkpoint that has ended counts all that was appended meanwhile: the next one comes behind another commit.
    @Test func noCheckpointFollowsAnotherWithoutACommit() throws {
        let writer = try LogWriter(opening: files, journals: 1, .full)
        let tail = SharedTail(Tail(Mark(), [:], writer.standing, today: 0))
        var checkpointer = Checkpointer(files, tail, pause: .zero)
        let batch = try writer.claim()
        let due = Int(IndexBounds().checkpointBytes)
        func append() { tail.with { _ = $0.append(batch, writer.head, bytes: due, today: 0) } }
        var moved: [Bool] = []
        for _ in 0..<2 {
            append()
            moved += [checkpointer.move(), checkpointer.move()]
        }
        #expect(moved == [true, false, true, false])
        // The file alone, without its WAL.
        let alone = SegmentFile(folder: folder.path, first: 1)
        try FileManager.default.copyItem(atPath: file, toPath: alone.path)
        #expect(try Segment(alone, nil).lastNumber() == writer.head.number)
    }
}
