import ServiceRuntime
import Testing

@testable import Ingress

/// What is written in the environment, as the ingress takes it.
@Suite(.timeLimit(.minutes(2))) struct IngressConfigurationTests {
    @Test(arguments: [
        ("https://pay.example", "https://pay.example"), ("https://pay.example/", "https://pay.example"),
        ("https://pay.example/relay/", "https://pay.example/relay"),
    ])
    func whatIsPutBehindThePublicURLBeginsWithTheOneSlash(written: String, read: String) throws {
        let settings = Settings(["BATON_ROUTER": "tcp://router:7701", "BATON_PUBLIC_URL": written])
        #expect(try IngressConfiguration(settings).publicURL?.text == read)
    }

    @Test func withoutAPublicURLThereIsNone() throws {
        let settings = Settings(["BATON_ROUTER": "tcp://router:7701"])
        #expect(try IngressConfiguration(settings).publicURL == nil)
    }
}
