using System.Buffers;
using System.Text.Json;

namespace Engagement.Engine.Api;

/// <summary>Answers made around JSON that is already written: what was stored is what is sent.</summary>
internal static class RawJson
{
    public const string ContentType = "application/json; charset=utf-8";

    public static IResult Of(ReadOnlyMemory<byte> json, int status = 200, string contentType = ContentType) => new RawJsonResult(json, status, contentType);

    /// <summary><c>{"name":[…]}</c></summary>
    public static IResult Array(ReadOnlySpan<byte> name, IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(name);
            foreach (var item in items) writer.WriteRawValue(item.Span, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Of(buffer.WrittenMemory);
    }

    /// <summary><c>{"id":…,"holder":…,"card":{…}}</c></summary>
    public static IResult Claim(string id, string holder, ReadOnlyMemory<byte> card) => Object(writer =>
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("holder"u8, holder);
        WriteRaw(writer, "card"u8, card);
    });

    public static IResult Object(Action<Utf8JsonWriter> members, int status = 200) => Of(Write(members), status);

    /// <summary>One object.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>A member of JSON already written; null where there is none.</summary>
    public static void WriteRaw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        if (json.IsEmpty) writer.WriteNullValue();
        else writer.WriteRawValue(json.Span, skipInputValidation: true);
    }

    private sealed class RawJsonResult(ReadOnlyMemory<byte> json, int status, string contentType) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = contentType;
            response.ContentLength = json.Length;
            return response.BodyWriter.WriteAsync(json, httpContext.RequestAborted).AsTask();
        }
    }
}
