import AsyncHTTPClient
import Foundation
import NIOCore
import RelayDomain
import SQLiteLog
import Sealing
import Testing

@testable import Baton

/// What `submit` makes of answers, and of none. Whether something was sent decides what a person may do next.
@Suite(.timeLimit(.minutes(1))) struct PhoneSubmissionTests {
    private let request = SubmissionRequest(
        terminal: TerminalID("counter-1")!, application: ApplicationID("pay")!, operation: .payment,
        information: Secret("12345")!, amount: nil, key: SubmissionKeyText("k-1")!)

    private func refusal(sent: String) -> FakeIngress.Reaction {
        .answer(
            status: "503 Service Unavailable",
            body: #"{"status":503,"code":"relayLost","sent":"\#(sent)","retry":{"how":"no"}}"#)
    }

    @Test func aLossAfterTheSendingNamesTheKey() async throws {
        let ingress = try await FakeIngress(.hangUp)
        let error = await #expect(throws: OperatorError.self) {
            try await ingress.phone.submit(request, within: .zero)
        }
        #expect(error?.exitCode == 3)
        #expect(error?.description.hasSuffix("repeat with --key k-1") == true)
        try await ingress.channel.close()
    }

    @Test func aRefusalOfWhatMayHaveBeenSentNamesTheKey() async throws {
        let ingress = try await FakeIngress(refusal(sent: "maybe"))
        let error = await #expect(throws: OperatorError.self) {
            try await ingress.phone.submit(request, within: .zero)
        }
        #expect(error?.exitCode == 3)
        #expect(error?.description.hasSuffix("repeat with --key k-1") == true)
        try await ingress.channel.close()
    }

    @Test func aRefusalOfWhatWasNotSentIsOne() async throws {
        let ingress = try await FakeIngress(refusal(sent: "no"))
        let answer = try await ingress.phone.submit(request, within: .zero)
        guard case .refused(let problem) = answer else {
            Issue.record("it was refused")
            return
        }
        #expect(problem.code == "relayLost")
        try await ingress.channel.close()
    }

    /// The repeat's refusal says nothing about the request before it.
    @Test func whatMayBeThereIsNotForgottenInARepeat() async throws {
        let ingress = try await FakeIngress(.hangUp, refusal(sent: "no"))
        let error = await #expect(throws: OperatorError.self) {
            try await ingress.phone.submit(request, within: .seconds(30))
        }
        #expect(error?.exitCode == 3)
        var requests = ingress.requests.makeAsyncIterator()
        for _ in 0..<2 {
            let request = await requests.next()
            #expect(request?.contains("k-1") == true, "under the same key")
        }
        try await ingress.channel.close()
    }

    @Test func theRelayIsAskedToWaitAsLongAsTheUserSays() async throws {
        let ingress = try await FakeIngress(
            .answer(status: "202 Accepted", body: #"{"id":"t","state":"commanded","sent":"no","hopStamps":[]}"#),
            .answer(status: "200 OK", body: Self.approved))
        _ = try await ingress.phone.submit(request, within: .seconds(7))
        let request = await ingress.requests.first { _ in true }
        #expect(request?.contains("wait=7") == true)
        try await ingress.channel.close()
    }

    private static let approved =
        #"{"id":"t","state":"ended","sent":"yes","hopStamps":[],"outcome":{"kind":"approved"}}"#

    /// An ingress that ends answers what it has, without outcome: there is time left, and another ingress.
    @Test func theWaitGoesOnAfterAnAnswerWithoutOutcome() async throws {
        let ingress = try await FakeIngress(
            .answer(status: "202 Accepted", body: #"{"id":"t","state":"commanded","sent":"no","hopStamps":[]}"#),
            .hangUp, .answer(status: "200 OK", body: Self.approved))
        let answer = try await ingress.phone.submit(request, within: .seconds(30))
        guard case .report(let report) = answer else {
            Issue.record("it was taken on")
            return
        }
        #expect(report.exitCode == 0)
        var requests = ingress.requests.makeAsyncIterator()
        #expect(await requests.next()?.hasPrefix("POST /v1/transactions ") == true)
        #expect(await requests.next()?.hasPrefix("GET /v1/transactions/t ") == true)
        try await ingress.channel.close()
    }

    @Test func withoutTimeLeftAnAnswerWithoutOutcomeStands() async throws {
        let ingress = try await FakeIngress(
            .answer(status: "202 Accepted", body: #"{"id":"t","state":"commanded","sent":"no","hopStamps":[]}"#))
        guard case .report(let report) = try await ingress.phone.submit(request, within: .zero) else {
            Issue.record("it was taken on")
            return
        }
        #expect(report.exitCode == 3)
        try await ingress.channel.close()
    }

    /// A redirect could lead a code anywhere.
    @Test func aRedirectIsNotFollowed() async throws {
        let elsewhere = try await FakeIngress(.answer(status: "201 Created", body: Self.approved))
        let ingress = try await FakeIngress(.redirect(to: elsewhere.phone.url + "/v1/transactions"))
        guard case .refused(let problem) = try await ingress.phone.submit(request, within: .zero) else {
            Issue.record("it was followed")
            return
        }
        #expect(problem.status == 307 && problem.description.contains("not followed"))
        try await elsewhere.channel.close()
        try await ingress.channel.close()
        #expect(await elsewhere.requests.first { _ in true } == nil, "nothing came there")
    }

    /// Two answers in one: nobody knows which was meant.
    @Test func anAnswerInWhichANameStandsTwiceIsNone() async throws {
        let ingress = try await FakeIngress(
            .answer(
                status: "201 Created",
                body: #"{"id":"t","state":"ended","sent":"yes","hopStamps":[],"#
                    + #""outcome":{"kind":"declined","reason":"x","kind":"approved"}}"#))
        let error = await #expect(throws: OperatorError.self) {
            _ = try await ingress.phone.submit(request, within: .milliseconds(100))
        }
        #expect(error?.exitCode == 3, "the relay has it")
        try await ingress.channel.close()
    }

    @Test func onlyAConnectionThatNeverStoodHasSentNothing() {
        let refused = PhoneError(IOError(errnoCode: ECONNREFUSED, reason: "connect"))
        #expect(refused == PhoneError(reason: "connection refused", mayHaveBeenSent: false))
        #expect(!PhoneError(HTTPClientError.connectTimeout).mayHaveBeenSent)
        #expect(PhoneError(IOError(errnoCode: ECONNRESET, reason: "read")).mayHaveBeenSent)
        #expect(PhoneError(HTTPClientError.deadlineExceeded).mayHaveBeenSent)
        #expect(PhoneError(HTTPClientError.remoteConnectionClosed).mayHaveBeenSent)
        #expect(PhoneError(CancellationError()).mayHaveBeenSent, "what nobody foresaw")
    }

    @Test func aProxysErrorSaysNothingAboutWhatWasSent() {
        #expect(PhoneProblem(status: 502).mayHaveBeenSent)
        #expect(!PhoneProblem(status: 404).mayHaveBeenSent)
    }

    @Test func errorLinesSayWhatToDoNext() throws {
        let mistake = #expect(throws: (any Error).self) { try Amount.read("12.505 EUR") }
        #expect(mistake.map { "\($0)" }?.contains("EUR has 2 decimals") == true)
        let line = BackupError.noJournals(folder: "/x/journals").line
        #expect(line == "/x/journals holds no journal; is BATON_HOME the relay's?")
        #expect(OperatorError.noRouter(at: "tcp://x:1", named: true).description.contains("BATON_ROUTER"))
        #expect(!OperatorError.noRouter(at: "ipc:///x", named: false).description.contains("BATON_ROUTER"))
        let demo = try DemoCommand.parse(["--shop", "/nowhere/shop.yaml"])
        let missing = #expect(throws: OperatorError.self) { try demo.sample() }
        #expect(missing?.description.contains("--shop") == true)
    }
}
