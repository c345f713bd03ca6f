import RelayTransport
import ServiceRuntime
import Testing

@testable import Router

/// What is written in the environment, as a router takes it.
@Suite(.timeLimit(.minutes(1))) struct RouterConfigurationTests {
    /// One environment may be every process's: where others connect is not where a router listens.
    @Test func aRouterListensWhereItIsTold() async throws {
        try await withHome { home in
            var environment = [
                "BATON_HOME": home, "BATON_LISTEN": "tcp://127.0.0.1:7701", "BATON_ROUTER": "tcp://router:7702",
            ]
            let bus = try RouterConfiguration(Settings(environment)).bus
            #expect(bus.addresses.map(\.description) == ["tcp://127.0.0.1:7701"])
            #expect(bus.security == nil, "without keys it needs the operator's word")
            environment["BATON_INSECURE"] = "true"
            #expect(try RouterConfiguration(Settings(environment)).bus.security != nil)
        }
    }
}
