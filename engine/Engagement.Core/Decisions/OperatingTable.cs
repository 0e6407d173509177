using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engagement.Core.Decisions;

/// <summary>
/// How a model's scores fall over sessions with and without the outcome, on sessions that it had not seen: all that a threshold's choice needs. A session
/// counts once, with the highest score it had at any event before the outcome. Immutable by convention; the file <c>operating.json</c> beside a model.
/// </summary>
/// <param name="Model">Version of the model, as in decisions.</param>
/// <param name="State">State whose threshold this is about, as a site file names it: <c>purposeful</c> or <c>floundering</c>.</param>
/// <param name="Outcome">What the needing sessions had, in words.</param>
/// <param name="MeasuredOn">Data, in words.</param>
/// <param name="Needing">Sessions with the outcome whose highest score is in [i/100, (i+1)/100); 101 counts, the last for exactly 1.</param>
/// <param name="Others">The same for those without.</param>
public sealed record OperatingTable(string Format, int FormatVersion, string Model, string State, string Outcome, string MeasuredOn, long[] Needing, long[] Others)
{
    public const string FormatName = "engagement.operating-table";
    public const int FormatVersionNow = 1;
    public const int Buckets = 101;

    /// <summary>A table of scores from 0 to 1, one a session. Throws <see cref="ArgumentException"/> for any other, and for unequal lengths.</summary>
    public static OperatingTable Of(string model, string state, string outcome, string measuredOn, ReadOnlySpan<float> highest, ReadOnlySpan<bool> needing)
    {
        if (highest.Length != needing.Length) throw new ArgumentException("Scores and outcomes differ in number.", nameof(needing));
        long[] with = new long[Buckets], without = new long[Buckets];
        for (var i = 0; i < highest.Length; i++)
        {
            if (highest[i] is not (>= 0 and <= 1)) throw new ArgumentException($"Score {i} is not a probability.", nameof(highest));
            (needing[i] ? with : without)[BucketOf(highest[i])]++;
        }
        return new(FormatName, FormatVersionNow, model, state, outcome, measuredOn, with, without);
    }

    /// <summary>UTF-8 bytes of the file; the same table gives the same bytes.</summary>
    public byte[] Write() => [.. JsonSerializer.SerializeToUtf8Bytes(this, OperatingTableJson.Default.OperatingTable), (byte)'\n'];

    /// <summary>Reads a file; null with the cause when it is not one. Throws nothing for any bytes.</summary>
    public static OperatingTable? TryRead(ReadOnlySpan<byte> utf8, out string? cause)
    {
        try
        {
            var table = JsonSerializer.Deserialize(utf8, OperatingTableJson.Default.OperatingTable);
            cause = table is null ? "null" : table.Fault();
            return cause is null ? table : null;
        }
        catch (JsonException e)
        {
            cause = e.Message;
            return null;
        }
    }

    private string? Fault() => this switch
    {
        not { Format: FormatName, FormatVersion: FormatVersionNow } => $"is no {FormatName} of version {FormatVersionNow}",
        not { Needing.Length: Buckets, Others.Length: Buckets } => $"needs {Buckets} counts of each class",
        _ when Needing.Any(IsOutOfRange) || Others.Any(IsOutOfRange) => "has a count that is negative or beyond 10^12",
        _ when Needing.Sum() == 0 || Others.Sum() == 0 => "has sessions of one class only: no threshold can be chosen from it",
        _ => null,
    };

    private static bool IsOutOfRange(long count) => count is < 0 or > 1_000_000_000_000;

    // The bucket's edges as the engine's 32-bit comparison with a threshold sees them, not as the product with 100 rounds.
    private static int BucketOf(float score)
    {
        var bucket = Math.Clamp((int)(score * 100), 0, Buckets - 1);
        while (bucket + 1 < Buckets && score >= EdgeOf(bucket + 1)) bucket++;
        while (bucket > 0 && score < EdgeOf(bucket)) bucket--;
        return bucket;
    }

    private static float EdgeOf(int bucket) => (float)(bucket / 100.0);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OperatingTable))]
internal sealed partial class OperatingTableJson : JsonSerializerContext;
