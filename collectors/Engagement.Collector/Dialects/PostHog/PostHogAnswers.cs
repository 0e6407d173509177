using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Engagement.Collector.Dialects.PostHog;

/// <summary>What PostHog's libraries are answered. Pure.</summary>
internal static class PostHogAnswers
{
    /// <summary>Of <c>/flags</c> and the older <c>/decide</c>: none.</summary>
    public const string Flags =
        """{"flags":{},"featureFlags":{},"featureFlagPayloads":{},"errorsWhileComputingFlags":false,"supportedCompression":["gzip-js"],"sessionRecording":false,"surveys":false,"siteApps":[],"toolbarParams":{},"isAuthenticated":false}""";

    /// <summary>Of <c>/array/{token}/config</c>: everything off but the events.</summary>
    public const string Settings =
        """{"supportedCompression":["gzip-js"],"analytics":{"endpoint":"/i/v0/e/"},"hasFeatureFlags":false,"autocapture_opt_out":false,"autocaptureExceptions":false,"capturePerformance":false,"captureDeadClicks":false,"heatmaps":false,"sessionRecording":false,"surveys":false,"productTours":false,"siteApps":[],"siteFunctions":[],"toolbarParams":{},"isAuthenticated":false,"elementsChainAsString":true,"defaultIdentifiedOnly":true}""";

    /// <summary>Version 1 asks what became of each event: <c>ok</c>, or <c>drop</c> with why.</summary>
    public static string ResultsOf(JsonElement root, EventsAnswer answer)
    {
        var dropped = answer.Rejected.ToDictionary(rejected => rejected.Index);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartObject("results"u8);
        var (index, told) = (0, new HashSet<string>());
        foreach (var e in PostHogReader.EventsOf(root))
        {
            if (e.Text("uuid") is { } uuid && told.Add(uuid)) WriteResult(writer, uuid, dropped.GetValueOrDefault(index));
            index++;
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteResult(Utf8JsonWriter writer, string uuid, RejectedEvent? rejected)
    {
        writer.WriteStartObject(uuid);
        writer.WriteString("result"u8, rejected is null ? "ok"u8 : "drop"u8);
        if (rejected is not null) writer.WriteString("details"u8, rejected.Field is { } field ? $"{field}: {rejected.Detail}" : rejected.Detail);
        writer.WriteEndObject();
    }
}
