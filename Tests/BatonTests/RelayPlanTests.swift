import Foundation
import RelayDomain
import ServiceRuntime
import Testing

@testable import Baton

/// What `baton up` starts, and what it tells each process.
@Suite(.timeLimit(.minutes(2))) struct RelayPlanTests {
    private func plan(_ environment: [String: String] = [:]) throws -> RelayPlan {
        RelayPlan(configuration: try BatonConfiguration(environment.merging(["BATON_HOME": "/tmp/x"]) { $1 }))
    }

    @Test func twoRoutersComeFirstThenTheEdges() throws {
        let relay = try plan().relay(withSandbox: false)
        #expect(relay.map(\.name) == ["router-0", "router-1", "ingress", "terminal-gateway", "pos-gateway"])
        #expect(relay.map(\.stage) == [0, 0, 1, 1, 1])
        #expect(Set(relay.prefix(2).map(\.group)).count == 1)
    }

    @Test func eachListensWhereTheOperatorSays() throws {
        let relay = try plan([
            "BATON_LISTEN": "0.0.0.0:80", "BATON_LISTEN_TERMINALS": "0.0.0.0:81", "BATON_ADMIN": "127.0.0.1:9000",
            "BATON_PUBLIC_URL": "https://shop.example",
        ]).relay(withSandbox: true)
        let settings = Dictionary(uniqueKeysWithValues: relay.map { ($0.name, $0.settings) })
        #expect(settings["ingress"]?["BATON_LISTEN"] == "0.0.0.0:80")
        #expect(settings["ingress"]?["BATON_PUBLIC_URL"] == "https://shop.example")
        #expect(settings["terminal-gateway"]?["BATON_LISTEN"] == "0.0.0.0:81")
        #expect(settings["terminal-gateway"]?["BATON_PUBLIC_URL"] == "https://shop.example")
        #expect(settings["pos-gateway"]?["BATON_PUBLIC_URL"] == "https://shop.example")
        #expect(settings["pos-gateway"]?["BATON_LISTEN"] == "127.0.0.1:7782")
        #expect(settings["router-0"]?["BATON_LISTEN"] == nil)
        #expect(relay.prefix(5).map { $0.settings["BATON_ADMIN"] } == (9_000...9_004).map { "127.0.0.1:\($0)" })
        #expect(settings["sandbox"]?["BATON_ADMIN"] == "127.0.0.1:0")
    }

    @Test func anyFreePortMeansAnyForEach() throws {
        let relay = try plan(["BATON_ADMIN": "127.0.0.1:0"]).relay(withSandbox: true)
        #expect(relay.allSatisfy { $0.settings["BATON_ADMIN"] == "127.0.0.1:0" })
    }

    @Test func aDestinationOfAKindThatThisBuildKnowsGetsAnAdapter() throws {
        let text = "version: 1\ndestinations: [{id: a, kind: sandbox}, {id: b, kind: iso8583}, {id: c, kind: echo}]"
        var ports = AdapterPorts([])
        let adapters = try plan().adapters(
            of: try ShopFile(text, name: "s").shop, sandbox: HostPort(host: "0.0.0.0", port: 7_790), ports: &ports)
        #expect(adapters.map(\.name) == ["adapter-a", "adapter-c"])
        #expect(adapters.map { $0.settings["BATON_KIND"] } == ["sandbox", "echo"])
        #expect(adapters.first?.settings["BATON_DESTINATION_URL"] == "http://127.0.0.1:7790")
        #expect(adapters.last?.settings["BATON_DESTINATION_URL"] == nil, "echo needs no sandbox")
    }

    /// An ID has as many characters as a process's name, which has eight more before it.
    @Test func destinationsOfLongNamesHaveAdaptersOfTheirOwn() throws {
        let same = String(repeating: "d", count: 56)
        let ids = ["\(same)", "\(same)-1", "\(same)-2", "\(same)-2-and-s"]
        let list = ids.map { "{id: \($0), kind: echo}" }.joined(separator: ", ")
        var ports = AdapterPorts([])
        let adapters = try plan().adapters(
            of: try ShopFile("version: 1\ndestinations: [\(list)]", name: "s").shop,
            sandbox: HostPort(host: "127.0.0.1", port: 7_790), ports: &ports)
        #expect(Set(adapters.map(\.name)).count == ids.count)
        #expect(adapters.allSatisfy { $0.name.utf8.count <= 64 && $0.name.hasPrefix("adapter-ddd") })
        #expect(adapters.first?.name == "adapter-\(same)")
        #expect(adapters.map { $0.settings["BATON_DESTINATION"] } == ids)
    }

    /// A bank's adapter is not restarted because another bank came or went.
    @Test func adaptersKeepTheirAdminPorts() throws {
        let ids = (0..<24).map { DestinationID("d\($0)")! }
        var ports = try plan([:]).adapterPorts
        ports.assign(to: ids)
        let given = ids.compactMap { ports[$0] }
        #expect(given.count == 20 && Set(given).count == 20 && given.first == 7766)
        #expect(Set(given).isDisjoint(with: [7780, 7781, 7782, 7790]), "there the edges and the sandbox listen")
        ports.assign(to: Array(ids.dropFirst()))
        #expect(ids.suffix(4).allSatisfy { ports[$0] == nil }, "who runs without a fixed port goes on without one")
        #expect(ids[1..<20].compactMap { ports[$0] } == Array(given.dropFirst()))
        let next = try #require(DestinationID("next"))
        ports.assign(to: ids.dropFirst() + [next])
        #expect(ports[ids[0]] == nil && ports[next] == given.first, "what is free is given to the next that comes")
        var none = try plan(["BATON_ADMIN": "127.0.0.1:0"]).adapterPorts
        none.assign(to: ids)
        #expect(none[ids[0]] == nil)
    }

    @Test func aSettingThatNobodyKnowsIsRefused() {
        let error = #expect(throws: SettingsError.self) { try BatonConfiguration(["BATON_LISTEN_TERMINAL": "x"]) }
        #expect(error?.line.contains("BATON_LISTEN_TERMINALS") == true)
    }

    /// Asks the executables of this build what they read.
    @Test func everyProcessKnowsTheSettingsThatItIsTold() throws {
        try withFolder { folder in
            let plan = try plan(["BATON_PUBLIC_URL": "http://x", "BATON_HOME": folder + "/home"])
            let shop = try ShopFile.read(sampleShopPath).shop
            let any = HostPort.loopback(port: 1)
            let edges = RelayPlan.Edges(phones: any, terminals: any, pos: any, sandbox: any)
            var ports = plan.adapterPorts
            let all =
                plan.relay(withSandbox: true) + plan.adapters(of: shop, sandbox: any, ports: &ports)
                + (try plan.farEnds(of: shop, edges: edges, sale: Demonstration.sale))
            #expect(all.count == 11)
            for process in all {
                let child = try ChildProcess.start(
                    "\(executables)/\(process.executable)", arguments: process.arguments + ["--help"], environment: [:],
                    log: ProcessLog(process.name, in: folder).file)
                #expect(child.exit(waiting: true) == .code(0))
                let help = try String(contentsOfFile: "\(folder)/\(process.name).log", encoding: .utf8)
                let unknown = process.settings.keys.filter { !help.contains("  \($0)  [") }
                #expect(unknown == [], "\(process.name)")
            }
        }
    }
}
