using System.Text;
using System.Text.Json;
using Engagement.Core;

namespace Engagement.Engine.Api;

/// <summary>Records of rejects as they are shown: all but what is sealed. Pure.</summary>
internal static class RejectJson
{
    /// <param name="writer">Writes an object.</param>
    /// <param name="json">The record.</param>
    /// <param name="why">One of <see cref="Core.Contracts.RejectCauses"/>; null: it can be sent again, or was.</param>
    /// <param name="resentAt">Null while it was not.</param>
    public static void WriteStanding(Utf8JsonWriter writer, byte[] json, string? why, Instant? resentAt)
    {
        writer.WriteStartObject();
        WriteMembers(writer, json);
        writer.WriteBoolean("resendable"u8, why is null && resentAt is null);
        if (why is not null) writer.WriteString("why"u8, why);
        if (resentAt is { } at) writer.WriteString("resentAt"u8, at.ToString());
        writer.WriteEndObject();
    }

    /// <summary>Where nobody can say how it stands.</summary>
    public static void WriteAlone(Utf8JsonWriter writer, byte[] json)
    {
        writer.WriteStartObject();
        WriteMembers(writer, json);
        writer.WriteEndObject();
    }

    /// <summary>With <c>original</c> as text, what is no UTF-8 shown by replacement characters; without where it cannot be opened.</summary>
    public static byte[] WithOriginal(byte[] json, ReadOnlyMemory<byte>? original) => RawJson.Write(writer =>
    {
        WriteMembers(writer, json);
        if (original is { } opened) writer.WriteString("original"u8, Encoding.UTF8.GetString(opened.Span));
    }).ToArray();

    private static void WriteMembers(Utf8JsonWriter writer, byte[] json)
    {
        using var record = JsonDocument.Parse(json);
        foreach (var member in record.RootElement.EnumerateObject())
        {
            if (!member.NameEquals("original"u8) && !member.NameEquals("notKept"u8)) member.WriteTo(writer);
        }
    }
}
