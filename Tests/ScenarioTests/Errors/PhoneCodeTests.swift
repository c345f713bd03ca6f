import Foundation
import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import ErrorCatalogue
@testable import Ingress
@testable import Router

/// Each code that a phone can meet, provoked on the router's core and read at the ingress's.
@Suite(.timeLimit(.minutes(2))) struct PhoneCodeTests {
    static let entries = ErrorCatalogueTests.catalogue.forPhones

    @Test func everyCodeHasAScenario() {
        #expect(Set(Self.scenarios.keys) == Set(Self.entries.map(\.code)))
    }

    @Test(arguments: entries) func phonesReadWhatTheCatalogueSays(entry: Catalogue.Entry) throws {
        let scenario = try #require(Self.scenarios[entry.code])
        let problem = try scenario()
        let json = try #require(try JSONSerialization.jsonObject(with: Data(problem.json)) as? [String: Any])
        #expect(json["code"] as? String == entry.code)
        #expect(json["status"] as? Int == entry.status?.number)
        #expect(json["title"] as? String == entry.status?.phrase)
        #expect(try Said(json) == Said(entry))
    }

    static let scenarios: [String: @Sendable () throws -> Problem] = [
        "malformed": { try reading(#"{"terminal":"counter-1"}"#) },
        "tooLarge": {
            let code = String(repeating: "9", count: 4_097)
            return try reading(#"{"terminal":"counter-1","application":"pay","operation":"payment","code":"\#(code)"}"#)
        },
        "unknownTerminal": { try refusing { $0.submission(at: TerminalID("nowhere")!) } },
        "unknownApplication": { try refusing { $0.submission(application: ApplicationID("nobody")!) } },
        "functionMismatch": { try refusing { $0.submission(operation: .accrue) } },
        "codeExpired": { try refusing { $0.submission(expiresAt: $0.now) } },
        "terminalOffline": { try refusing(in: World(devicesAreOnline: false)) { $0.submission() } },
        "posOffline": { try refusing(in: World(devicesAreOnline: false)) { $0.submission(at: World.paired) } },
        "terminalNotReady": {
            try refusing { world in
                world.call(.terminal(World.alone), .state(isReady: false, reason: ReasonCode("noPaper")))
                return world.submission()
            }
        },
        "posNotReady": {
            try refusing { world in
                world.call(.pos(World.till), .state(isReady: false, reason: nil))
                return world.submission(at: World.paired)
            }
        },
        "destinationUnavailable": { try refusing(in: World(adapterIsReady: false)) { $0.submission() } },
        "deviceBusy": {
            try refusing { world in
                world.submit(world.submission())
                return world.submission(key: "key-2", code: 2)
            }
        },
        "codeUsed": {
            try refusing { world in
                let (_, request) = world.askDestination()
                world.answer(request.transaction, .approved())
                return world.submission(key: "key-2")
            }
        },
        "codeInUse": {
            try refusing { world in
                world.submit(world.submission())
                return world.submission(at: World.paired, key: "key-2")
            }
        },
        "keyReused": {
            try refusing { world in
                world.submit(world.submission())
                return world.submission(body: 2)
            }
        },
        "unknownTransaction": {
            var world = World()
            let stranger = TransactionID("019a0000-0000-7000-8000-000000000001.0")!
            let phone = world.address(World.ingress)
            world.step(.request(.query(stranger, waitUntil: world.now), from: .ingress, phone))
            return try answered(
                { .phoneRequested($0, .status(stranger), wait: .zero) },
                by: .reply(try #require(world.answer(to: phone))))
        },
        "alreadyFinal": {
            var world = World()
            let (_, request) = world.askDestination()
            world.answer(request.transaction, .approved())
            let phone = world.address(World.ingress)
            world.step(.request(.cancel(request.transaction, waitUntil: world.now), from: .ingress, phone))
            return try answered(
                { .phoneRequested($0, .cancel(request.transaction), wait: .zero) },
                by: .reply(try #require(world.answer(to: phone))))
        },
        "overloaded": { try submitted(by: .full) },
        "relayLost": { try submitted(by: .noReply) },
        "internalError": { try submitted(by: .reply(.registry(version: 1, Shop()))) },
        "unknownPath": {
            try #require(Route(method: "GET", path: "/v2/transactions") == .unknownPath)
            return Problem(.unknownPath)
        },
        "methodNotAllowed": {
            try #require(Route(method: "PUT", path: "/v1/transactions") == .methodNotAllowed(allow: "POST"))
            return Problem(.methodNotAllowed)
        },
    ]

    /// What the ingress says to a body.
    private static func reading(_ json: String) throws -> Problem {
        do throws(Refusing) {
            _ = try Submission(SubmissionBody(json: Array(json.utf8)), key: SubmissionKeyText("key-1")!)
        } catch {
            return Problem(error)
        }
        throw Unprovoked()
    }

    /// What a phone reads when the router refuses a submission.
    private static func refusing(
        in world: World = World(), _ submission: (inout World) -> SubmitTransaction
    ) throws -> Problem {
        var world = world
        let submission = submission(&world)
        let phone = world.submit(submission)
        return try answered(
            { .phoneRequested($0, .submit(submission), wait: .zero) }, by: .reply(try #require(world.answer(to: phone)))
        )
    }

    private static func submitted(by ending: IngressCore.Ending) throws -> Problem {
        try answered({ .phoneRequested($0, .submit(World().submission()), wait: .zero) }, by: ending)
    }

    /// What a phone reads when its question to the router ends so.
    private static func answered(
        _ asked: (IngressCore.QueryID) -> IngressCore.Input, by ending: IngressCore.Ending
    ) throws -> Problem {
        var core = IngressCore()
        let id = IngressCore.QueryID(number: 1)
        let now = ContinuousClock.now
        _ = core.step([.opened(journal: 0, journals: 1), asked(id)], now: now)
        for case .answer(id, .problem(let problem)) in core.step([.ended(id, attempt: 1, ending)], now: now) {
            return problem
        }
        throw Unprovoked()
    }
}

/// A scenario did not lead to a refusal.
struct Unprovoked: Error {}
