import Foundation
import RelayDomain

/// What a person can try while the demonstration stays up.
struct NextSteps {
    let configuration: BatonConfiguration
    let edges: RelayPlan.Edges
    let counters: [Counter]

    var text: String {
        let home = configuration.home.path
        let paired = counters.first { $0.terminal.pairedWith != nil }?.terminal.id.text ?? "counter-2"
        let alone = counters.first { $0.terminal.pairedWith == nil }?.terminal.id.text ?? "counter-1"
        return """

            The relay keeps running; Ctrl-C stops it. In another terminal:

              export BATON_HOME=\(home) PATH=\(UpRun.ownFolder):$PATH
              code() { curl -s http://\(edges.sandbox)/codes -d '{}' | grep -oE '[0-9]{20}' | head -1; }

            pay at the paired terminal, whose tag the phone reads from its picture:
              code | baton submit --tag $BATON_HOME/tags/\(paired).png --application sandbox-pay
            pay at the other one: the merchant enters the amount, the customer taps:
              baton type \(alone) amount 9.90 EUR
              code | baton submit --terminal \(alone) --application sandbox-pay
            see the path of a transaction, the terminals, the shop:
              baton trace <transaction>
              baton get terminals
              baton get shop > shop.yaml      # change it, then: baton apply -f shop.yaml
            kill the active router; the standby takes over, and the next payment succeeds:
              kill -9 $(grep -ho '"pid":[0-9]*' $BATON_HOME/run/router-*.json | cut -d: -f2)

            Logs: \(home)/log
            """
    }
}
