import NIOCore

/// What every part of a run shares.
struct PartContext: Sendable {
    let options: BenchOptions
    let progress: Progress
    /// The event loop of phones and terminals.
    let eventLoop: any EventLoop
}

/// What a part has measured, and why it is not valid.
struct PartResult<Figures: Sendable>: Sendable {
    var figures: Figures
    /// Empty if it is valid.
    var faults: [String]
}
