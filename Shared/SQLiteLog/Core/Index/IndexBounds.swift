/// How much is written into the index at a time, and how much may wait for it.
package struct IndexBounds: Sendable {
    /// From so many transactions on the tail is written, as one run.
    package var part = 20_000
    /// From so many on the indexer does not wait for an idle processor.
    package var urgent = 30_000
    /// From so many on the router accepts no new transaction: what is under way fits in up to 50,000.
    package var most = 40_000
    /// How many rows one slice writes: about a millisecond of the processor's time.
    package var sliceRows = 500
    /// How many runs of a level become one of the next.
    package var mergedRuns = 8
    /// Runs of this level are not merged: they have up to 1.3 million rows.
    package var levelMax = 2
    /// After so many bytes of the log its WAL is moved into the segment.
    package var checkpointBytes: UInt64 = 1 << 20

    package init() {}
}
