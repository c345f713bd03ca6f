/// Many worlds, one after the other, and their results.
public struct Simulation {
    public private(set) var worlds = 0
    public private(set) var transactions = 0
    public let tally = Tally()
    public private(set) var breaches: [(seed: UInt64, breach: Breach)] = []

    private let length: Weather.Length

    public init(_ length: Weather.Length = .full) { self.length = length }

    /// Runs one seed.
    /// - Returns: whether every property held.
    @discardableResult
    public mutating func run(_ seed: UInt64) -> Bool {
        let world = SimWorld(seed: seed, length)
        world.run()
        worlds += 1
        transactions += world.accepted
        tally.add(world.tally.counts)
        breaches += world.breaches.map { (seed, $0) }
        return world.breaches.isEmpty
    }

    /// Tells the story of one seed.
    public static func story(of seed: UInt64) -> Story {
        let world = SimWorld(seed: seed, isTold: true)
        world.run()
        return world.story
    }

    /// Such as `120 seeds, 60/s; 4100 transactions/s`.
    public func pace(over span: Duration) -> String {
        let seconds = span / .seconds(1)
        return
            "\(worlds) seeds, \(Int(Double(worlds) / seconds))/s; \(Int(Double(transactions) / seconds)) transactions/s"
    }

    /// Such as `simulated 120000 transactions, lost 0, doubled 0, contradicted 0, untimely 0, disorderly 0`.
    public var summary: String {
        let counts = Property.Count.allCases.map { count in
            "\(count.rawValue) \(breaches.filter { $0.breach.property.count == count }.count)"
        }
        return "simulated \(transactions) transactions, " + counts.joined(separator: ", ")
    }
}
