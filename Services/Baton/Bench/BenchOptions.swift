/// What a run measures, and how long.
public struct BenchOptions: Sendable {
    /// A part of the run that can be selected.
    public enum Part: String, Sendable, CaseIterable {
        /// The whole relay; the adapter approves without a destination.
        case echo
        /// The whole relay with the sandbox destination behind it.
        case sandbox
        /// The cost of idle terminals.
        case idle
        /// Only the router.
        case core
    }

    /// The parts to run, in this order.
    public var parts: [Part] = Part.allCases
    /// How long each load is measured.
    public var seconds = 10
    /// Simulated terminals of the parts `echo`, `sandbox` and `core`.
    public var terminals = 1_000
    /// Simulated phones; at most as many as terminals.
    public var phones = 256
    /// How many journals the parts `echo` and `sandbox` have, each with a router of its own.
    public var journals = 1
    /// Terminals of the part `idle`.
    public var idleTerminals = 10_000
    /// How many transactions the journal's measurement stores at most.
    public var stored = 10_000_000
    /// The folder of the relay's executables.
    public var binaries: String
    /// The folder of the program that measures raw libzmq and SQLite.
    public var peers: String?
    /// The file for the result as JSON.
    public var json: String?
    /// The file to which the result is added, if the run is valid; a picture of all results is drawn beside it.
    public var history: String?

    /// All parts with the default sizes.
    public init(binaries: String) { self.binaries = binaries }

    /// How long a load runs before it is measured.
    var warmUp: Duration { min(.seconds(2), .seconds(seconds) / 2) }
    var span: Duration { .seconds(seconds) }
}
