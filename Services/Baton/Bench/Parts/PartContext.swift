import NIOCore

/// What every part of a run shares.
struct PartContext: Sendable {
    let options: BenchOptions
    let progress: Progress
    /// Where phones and terminals live.
    let eventLoop: any EventLoop
}

/// What a part has measured, and why it does not count.
struct PartResult<Figures: Sendable>: Sendable {
    var figures: Figures
    /// Empty if it counts.
    var faults: [String]
}
