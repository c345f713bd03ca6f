import Testing

import Simulation

struct SimulationTests {
    @Test func everyPropertyHolds() {
        var simulation = Simulation()
        for seed in 0..<3 as Range<UInt64> { simulation.run(seed) }
        #expect(simulation.breaches.map(\.seed) == [])
    }
}
