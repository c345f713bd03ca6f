import Foundation
import Metrics
import Testing

@testable import ServiceRuntime

/// Each metric tells at `/metrics` what it counts.
@Suite(.timeLimit(.minutes(2))) struct MetricHelpTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The labels in the source.
    private static func labels() throws -> Set<String> {
        var labels: Set<String> = []
        for folder in ["Services", "Shared"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init()
            where file.pathExtension == "swift" && file.lastPathComponent != "MetricHelp.swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                for found in text.matches(of: /"(baton_(?:adapter|bus|gateway|ingress|router)_[a-z_]+)"/) {
                    labels.insert(String(found.1))
                }
            }
        }
        return labels
    }

    /// The source spells a metric as operators read it, unit and all: a search for its name finds where it is counted.
    @Test func eachMetricOfTheSourceHasASentence() throws {
        let labels = try Self.labels()
        #expect(labels.count > 20)
        for label in labels {
            #expect(
                MetricHelp.sentences[label] != nil, "\(label) has no HELP: add it to MetricHelp, under its whole name")
        }
        for name in MetricHelp.sentences.keys { #expect(labels.contains(name), "\(name) is no metric") }
    }

    @Test func itStandsAtMetrics() {
        let registry = MetricsRegistry()
        Gauge(label: "baton_router_journals", factory: registry).record(2)
        #expect(registry.exposition().contains("# HELP baton_router_journals How many journals the relay has"))
    }

    @Test func aWarningIsReadyAndSaysSo() {
        let health = Health()
        let part = health.part("destinations")
        part.warning("bank: no adapter is ready")
        #expect(health.isReady)
        let report = String(decoding: health.report.json, as: UTF8.self)
        #expect(report.contains(#""warning":true,"detail":"bank: no adapter is ready""#), "\(report)")
        part.ready()
        #expect(!String(decoding: health.report.json, as: UTF8.self).contains("warning"))
    }
}
