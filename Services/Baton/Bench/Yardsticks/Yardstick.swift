/// Something of known speed that is measured beside the relay, so that results of different machines and times can be
/// compared.
protocol Yardstick: Sendable {
    var name: String { get }
    /// Measures once.
    /// - Parameter folder: the folder for configuration and logs.
    /// - Returns: how many a second.
    func measure(in folder: String) async throws -> Double
}

extension Yardstick {
    /// Measures before and after `work`.
    /// - Returns: what the work returns, and the mean of both measurements.
    func around<Result: Sendable>(
        _ folder: String, _ progress: Progress, _ work: () async throws -> Result
    ) async throws -> (Result, Double) {
        progress.tell("\(name): measuring")
        let before = try await measure(in: folder + "-before")
        let result = try await work()
        progress.tell("\(name): measuring")
        let after = try await measure(in: folder + "-after")
        return (result, (before + after) / 2)
    }
}
