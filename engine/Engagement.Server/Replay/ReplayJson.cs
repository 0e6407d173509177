using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engagement.Server.Replay;

/// <summary>Body of <c>POST /v1/replay/ticks</c>.</summary>
/// <param name="ReceivedAt">What time it is by the log of the site; RFC 3339.</param>
public sealed record TickRequest(DateTimeOffset ReceivedAt);

/// <summary>Answer to a tick: it is durable in so many partitions.</summary>
public sealed record TickAnswer(int Partitions);

/// <summary>One record of a site as it stands in the log.</summary>
public sealed record LogRecordAnswer(long Offset, JsonElement Value);

/// <summary>Records of one partition from an offset on; ask again from <paramref name="Next"/> until it reaches <paramref name="End"/>.</summary>
public sealed record LogRecordsAnswer(int Partitions, long Next, long End, IReadOnlyList<LogRecordAnswer> Records);

[JsonSerializable(typeof(TickRequest))]
[JsonSerializable(typeof(TickAnswer))]
[JsonSerializable(typeof(LogRecordsAnswer))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
internal sealed partial class ReplayJson : JsonSerializerContext;
