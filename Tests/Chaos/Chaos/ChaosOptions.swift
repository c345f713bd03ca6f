import RelayDomain

/// How long a run lasts, what it does, and with which executables.
public struct ChaosOptions: Sendable {
    /// How long faults are injected, in minutes; starting and settling come on top.
    public var minutes: Double
    /// The same seed gives the same faults at the same times.
    public var seed: UInt64
    /// Customers a second.
    public var rate: Double
    /// Faults a minute.
    public var faults: Double
    /// Floods a minute, in addition.
    public var floods: Double
    /// The folder of the relay's executables.
    public var binaries: String

    public init(minutes: Double, seed: UInt64, rate: Double, faults: Double, floods: Double, binaries: String) {
        self.minutes = minutes
        self.seed = seed
        self.rate = rate
        self.faults = faults
        self.floods = floods
        self.binaries = binaries
    }

    var span: Duration { .milliseconds(Int64(minutes * 60_000)) }

    /// Simulated terminals: enough that customers usually find a free one.
    var terminals: Int { max(40, Int(rate * 4)) }

    /// How long a phone retries before its owner leaves.
    var patience: Duration { span < .seconds(60) ? .seconds(15) : .seconds(30) }

    /// How long all transactions may take to become final once all faults have stopped.
    static let settling = Duration.seconds(90)
    /// Requests that by design take longer than this are made no later than this before the end.
    static let lasting = Duration.seconds(75)

    /// Until when such requests may be made; zero for a short run.
    var lastingUntil: Duration { max(.zero, span - Self.lasting) }
}
