using System.Text;
using System.Text.Json;

namespace Engagement.Core.Contracts;

/// <summary>A record of <see cref="Topics.Rejects"/> as far as it is looked into. Strings are the sender's or the collector's; null where the record has none.</summary>
public sealed record RejectRecord
{
    public required string Site { get; init; }
    public required Instant ReceivedAt { get; init; }
    public required string Code { get; init; }
    public string? Field { get; init; }

    /// <summary>Null: our own form.</summary>
    public string? Dialect { get; init; }

    /// <summary>Whose it was; null where nobody was found, or nothing may be kept.</summary>
    public VisitorKey? Visitor { get; init; }

    /// <summary>Of a reject with an original: 24 hexadecimal digits.</summary>
    public string? Id { get; init; }

    /// <summary>Whether an original was kept.</summary>
    public bool HasOriginal => WhyNotKept is null;

    /// <summary>Sealed by <see cref="Privacy.RejectSeal"/>; empty where none was kept, or it was not asked for.</summary>
    public ReadOnlyMemory<byte> Original { get; init; }

    /// <summary>Of <see cref="RejectCauses"/>; null with an original.</summary>
    public string? WhyNotKept { get; init; }

    /// <summary>What an original is sealed for: its site, its visitor and its own id.</summary>
    public static byte[] PlaceOf(string site, VisitorKey visitor, string id) => Encoding.UTF8.GetBytes($"reject\n{site}\n{visitor}\n{id}");

    /// <summary>Null for what is no reject. Not hot.</summary>
    /// <param name="json">The record.</param>
    /// <param name="withOriginal">Whether <see cref="Original"/> is wanted: it is the most of a record.</param>
    public static RejectRecord? Read(ReadOnlyMemory<byte> json, bool withOriginal)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "site") is not { } site || Text(root, "code") is not { } code) return null;
            return Read(root, site, code, withOriginal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RejectRecord Read(JsonElement root, string site, string code, bool withOriginal)
    {
        VisitorKey? visitor = VisitorKey.TryParse(Text(root, "visitor") ?? "", out var key) ? key : null;
        var id = Text(root, "id");
        var isKept = visitor is not null && id is not null && root.TryGetProperty("original", out _);
        return new RejectRecord
        {
            Site = site,
            Code = code,
            ReceivedAt = root.TryGetProperty("receivedAt", out var at) && at.ValueKind == JsonValueKind.String && at.TryGetDateTimeOffset(out var time)
                ? Instant.FromDateTimeOffset(time) : Instant.Start,
            Field = Text(root, "field"),
            Dialect = Text(root, "dialect"),
            Visitor = visitor,
            Id = id,
            Original = isKept && withOriginal ? Bytes(root, "original") : [],
            WhyNotKept = isKept ? null : Text(root, "notKept") ?? RejectCauses.Earlier,
        };
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Bytes(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes) ? bytes : [];
}
