using System.Text.Json.Serialization;

namespace Engagement.Server.Hosting;

/// <summary>An error as RFC 9457 problem details with a stable code.</summary>
public sealed record ProblemAnswer(string Type, string Code, string Title, int Status, string Detail);

[JsonSerializable(typeof(ProblemAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ProblemJson : JsonSerializerContext;
