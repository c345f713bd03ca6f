/// A router's outputs that wait for their commits. Nothing leaves before what caused it is durable.
///
/// The core decides ahead of the journal. So a step that wrote nothing, such as one that answers a query, may have seen
/// what is not durable yet: its outputs wait for the commit that was begun last.
public struct Outbox: Sendable {
    /// The outputs of a commit and of the steps without one behind it.
    private struct Held {
        let commit: UInt64
        var outputs: [RouterOutput]
    }

    private var held: [Held] = []
    private var begun: UInt64 = 0
    private var isLost = false

    public init() {}

    /// Whether all commits that were begun are durable.
    public var isEmpty: Bool { held.isEmpty }

    /// How many outputs wait.
    public private(set) var count = 0

    /// Keeps the outputs of a step whose entries are about to be committed.
    /// - Returns: the commit's number, for ``release(through:)``.
    public mutating func hold(_ outputs: [RouterOutput]) -> UInt64 {
        begun += 1
        guard !isLost else { return begun }
        count += outputs.count
        held.append(Held(commit: begun, outputs: outputs))
        return begun
    }

    /// Takes the outputs of a step without entries.
    /// - Returns: them, if no commit is under way; otherwise none, and they leave with the last one.
    public mutating func pass(_ outputs: [RouterOutput]) -> [RouterOutput] {
        guard !isLost else { return [] }
        guard !held.isEmpty else { return outputs }
        held[held.count - 1].outputs += outputs
        count += outputs.count
        return []
    }

    /// A commit, and with it all before, is durable.
    /// - Returns: what may leave now, in the order of the steps.
    public mutating func release(through commit: UInt64) -> [RouterOutput] {
        let durable = held.prefix { $0.commit <= commit }
        let outputs = durable.count == 1 ? held[0].outputs : durable.flatMap(\.outputs)
        held.removeFirst(durable.count)
        count -= outputs.count
        return outputs
    }

    /// A commit has failed: what waits can never leave, nor what is decided from now on, which has seen it.
    public mutating func lose() {
        (held, count, isLost) = ([], 0, true)
    }
}
