import AsyncHTTPClient
import DestinationKit
import DestinationTesting
import Foundation
import Hummingbird
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RelayDomain
import ServiceLifecycle
import ServiceRuntime
import Testing

@testable import DestinationAdapter

/// The sandbox's adapter in front of a fake sandbox with real sockets.
@Suite(.timeLimit(.minutes(1))) struct SandboxDestinationTests {
    /// What the fake sandbox does with a request.
    struct Script: Sendable {
        var status = HTTPResponse.Status.ok
        var body = #"{"answer":"approved"}"#
        var contentType = "application/json"
        var isSilent = false
    }

    final class Heard: Sendable {
        private let box = NIOLockedValueBox<[Data]>([])
        var bodies: [Data] { box.withLockedValue { $0 } }
        func add(_ body: Data) { box.withLockedValue { $0.append(body) } }
    }

    private func withSandbox(
        _ script: Script, _ body: (_ url: String, Heard) async throws -> Void
    ) async throws {
        let heard = Heard()
        let routes = Router()
        routes.post("authorizations") { request, _ in
            heard.add(Data(try await request.body.collect(upTo: 65_536).readableBytesView))
            if script.isSilent { try await Task.sleep(for: .seconds(600)) }
            return Response(
                status: script.status, headers: [.contentType: script.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: script.body)))
        }
        let (bound, onBound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: routes, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { onBound.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "fake sandbox") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await application.run() }
            let port = try #require(await bound.first { _ in true })
            try await body("http://127.0.0.1:\(port)", heard)
            tasks.cancelAll()
        }
    }

    private func send(
        _ url: String, _ operation: RelayDomain.Operation = .payment, amount: Amount? = nil,
        answerMax: TimeAmount = .seconds(10)
    ) async throws -> DestinationAnswer {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: .init(timeout: .init(connect: .milliseconds(500))))
        let destination = SandboxDestination(
            id: sampleDestination, url: url, concurrent: 8, client: client, answerMax: answerMax)
        let result: Result<DestinationAnswer, any Error>
        do {
            result = .success(try await answer(of: destination, operation, amount))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// What a router hears, by way of the worker: there a thrown error is `unknown`.
    private func answer(
        of destination: SandboxDestination, _ operation: RelayDomain.Operation, _ amount: Amount?
    ) async throws -> DestinationAnswer {
        let answers = NIOLockedValueBox<[DestinationAnswer]>([])
        try await withWorker(destination) { router, _ in
            await router.authorize(
                try .sample(1, operation: operation, amount: amount, notAfter: FakeRouter.now + .seconds(60)))
            let all = await router.answers(atLeast: 1).compactMap(\.answer)
            answers.withLockedValue { $0 = all }
        }
        return try #require(answers.withLockedValue { $0.first })
    }

    @Test func aPaymentIsSaidInTheSandboxsWords() async throws {
        try await withSandbox(Script()) { url, heard in
            let amount = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))
            #expect(try await send(url, amount: amount) == .approved())
            let body = try #require(heard.bodies.first)
            let said = try #require(try JSONSerialization.jsonObject(with: body) as? [String: any Sendable])
            #expect(said["transaction"] as? String == TransactionID.sample(1).text)
            #expect(said["reference"] as? String == "000000000001")
            #expect(said["operation"] as? String == "payment")
            #expect(said["code"] as? String == "code-1")
            #expect(said["member"] == nil)
            #expect((said["amount"] as? [String: any Sendable])?["currency"] as? String == "EUR")
            #expect(said["notAfter"] as? Int64 ?? 0 > FakeRouter.now.milliseconds)
            #expect(heard.bodies.count == 1)
        }
    }

    @Test func pointsAreSaidForAMember() async throws {
        try await withSandbox(Script()) { url, heard in
            let amount = Amount(minorUnits: 10, unit: .points(ProgramID("stars")!))
            let answer = try await send(url, .accrue, amount: amount)
            #expect(answer == .approved())
            let body = String(decoding: heard.bodies.first ?? Data(), as: UTF8.self)
            #expect(body.contains(#""member":"code-1""#))
            #expect(body.contains(#""program":"stars""#))
            #expect(!body.contains("currency"))
        }
    }

    static let words: [(Script, DestinationAnswer)] = [
        (
            Script(
                body:
                    #"{"answer":"approved","approval":{"approvalCode":"K3","amount":{"minorUnits":5,"currency":"EUR"}}}"#
            ),
            .approved(
                Approval(approvalCode: "K3", amount: Amount(minorUnits: 5, unit: .currency(CurrencyCode("EUR")!))))
        ),
        // Whatever stands beside it, it is an approval.
        (
            Script(
                body:
                    #"{"answer":"approved","approval":{"approvalCode":7,"receiptLines":"x","brand":null,"balance":{"minorUnits":-1}}}"#
            ),
            .approved(Approval(leftOut: [.approvalCode, .receiptLines, .balance]))
        ),
        (Script(body: #"{"answer":"approved","approval":"K3"}"#), .approved(SandboxApproval.unread)),
        (
            Script(body: #"{"answer":"approved","code":7,"reason":7,"text":7,"approval":{"approvalCode":7}}"#),
            .approved(Approval(leftOut: [.approvalCode]))
        ),
        (Script(body: #"{"answer":"declined","reason":"codeUsed"}"#), .declined(ReasonCode("codeUsed")!)),
        (Script(body: #"{"answer":"pendingCustomer"}"#), .pendingCustomer),
        (Script(body: #"{"answer":"unknown"}"#), .unknown),
        (Script(body: #"{"answer":"declined"}"#), .declined(.unspecified)),
        (Script(body: #"{"answer":"declined","reason":51}"#), .declined(.unspecified)),
        (Script(body: #"{"answer":"declined","reason":"no money!"}"#), .declined("no money!")),
        (
            Script(body: #"{"answer":"declined","reason":"x","text":"No\u0007 money"}"#),
            .declined("x", text: "No money")
        ),
        // Odd answers are no approvals.
        (Script(body: #"{"answer":"APPROVED"}"#), .unknown),
        (Script(body: #"{"answer":"reversed"}"#), .unknown),
        (Script(body: #"{"answer":"notFound"}"#), .unknown),
        (Script(body: #"{"answer":["approved"]}"#), .unknown),
        (Script(body: "{\"answer\":\"approved\"}\n{\"answer\":\"approved\"}"), .unknown),
        (Script(body: #"{"answer":"approved","answer":"declined","reason":"codeUsed"}"#), .unknown),
        (Script(body: #"{"answer":"declined","reason":"codeUsed","\u0061nswer":"approved"}"#), .unknown),
        (Script(body: #"{"answer":"approved","x":{"y":1,"y":2}}"#), .unknown),
        (Script(body: "approved"), .unknown),
        (Script(body: ""), .unknown),
        (Script(body: #"{"answer":"approved"}"# + String(repeating: " ", count: 20_000)), .unknown),
        (Script(status: .created), .unknown),
        (Script(status: .badGateway), .unknown),
        (Script(status: .conflict, body: #"{"code":"contradiction"}"#), .unknown),
        (Script(status: .found), .unknown),
        (Script(status: .serviceUnavailable, body: "<html>"), .unknown),
        (Script(status: .serviceUnavailable, body: #"{"code":"overloaded"}"#), .notSent),
    ]

    @Test(arguments: words.indices) func onlyAnExplicitWordDecides(_ index: Int) async throws {
        let (script, expected) = Self.words[index]
        try await withSandbox(script) { url, heard in
            let answer = try await send(url)
            #expect(answer == expected, "\(script.status.code) \(script.body.prefix(80))")
            #expect(heard.bodies.count == 1, "asked once, whatever comes back")
        }
    }

    @Test func inquiriesAndReversalsReadTheSandboxsWords() {
        func found(_ body: String, _ status: Int = 200) -> DestinationAnswer {
            SandboxAnswer.finding(status: status, Data(body.utf8))
        }
        #expect(found(#"{"answer":"approved"}"#) == .approved())
        #expect(found(#"{"answer":"declined","reason":"killed"}"#) == .declined(ReasonCode("killed")!))
        #expect(found(#"{"answer":"pendingCustomer"}"#) == .pendingCustomer)
        #expect(found(#"{"answer":"notFound"}"#) == .notFound)
        #expect(found(#"{"answer":"notFound"}"#, 404) == .unknown, "a wrong address is no answer")
        #expect(found(#"{"answer":"reversed"}"#) == .reversed)
        #expect(found(#"{"answer":"reversed"}"#, 404) == .unknown)
        #expect(found("") == .unknown)
        func reversed(_ body: String, _ status: Int = 200) -> ReversalAnswer {
            SandboxAnswer.reversal(status: status, Data(body.utf8))
        }
        #expect(reversed(#"{"answer":"confirmed"}"#) == .confirmed)
        #expect(reversed(#"{"answer":"confirmed"}"#, 500) == .unknown)
        #expect(reversed(#"{"answer":"refused","reason":"settled"}"#) == .refused(ReasonCode("settled")!))
        #expect(reversed(#"{"answer":"refused"}"#) == .refused(.unspecified))
        #expect(reversed(#"{"answer":"refused","reason":"too late!"}"#) == .refused("too late!"))
        #expect(reversed(#"{"answer":"CONFIRMED"}"#) == .unknown)
    }

    @Test func aSandboxThatIsNotThereWasNotAsked() async throws {
        let port = try UnansweredPort()
        let answer = try await send("http://127.0.0.1:\(port.number)")
        #expect(answer == .notSent)
    }

    @Test func aSandboxThatDoesNotAnswerLeavesItUnknown() async throws {
        try await withSandbox(Script(isSilent: true)) { url, heard in
            let answer = try await send(url, answerMax: .milliseconds(300))
            #expect(answer == .unknown)
            #expect(heard.bodies.count <= 1)
        }
    }

    @Test func aConnectionThatBreaksAfterTheRequestLeavesItUnknown() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(HangUp()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let answer = try await send("http://127.0.0.1:\(server.localAddress?.port ?? 0)")
        #expect(answer == .unknown)
        try await server.close()
    }

    /// Reads something and closes.
    private final class HangUp: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
    }
}
