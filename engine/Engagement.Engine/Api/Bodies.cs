using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Engagement.Engine.Api;

/// <summary>A body that was read, or the problem that answers the request instead.</summary>
internal readonly record struct Body<T>(T? Value, IResult? Problem) where T : class;

/// <summary>Reading of request bodies: bounded, and every fault named.</summary>
internal static class Bodies
{
    /// <summary>Bodies of agents and visitors are a few fields.</summary>
    public const int SmallBytesMax = 16 * 1024;

    public static async ValueTask<Body<T>> ReadAsync<T>(HttpRequest request, int bytesMax, JsonTypeInfo<T> type) where T : class
    {
        var (bytes, problem) = await ReadBytesAsync(request, bytesMax);
        if (problem is not null) return new(null, problem);
        try
        {
            var value = JsonSerializer.Deserialize(bytes.Span, type);
            return value is null ? new(null, Problems.Malformed("An object is expected.")) : new(value, null);
        }
        catch (JsonException e)
        {
            return new(null, FromJson(e));
        }
    }

    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, IResult? Problem)> ReadBytesAsync(HttpRequest request, int bytesMax)
    {
        if (request.ContentLength > bytesMax) return (default, Problems.TooLarge(bytesMax));
        var buffer = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(1024), request.HttpContext.RequestAborted);
            if (read == 0) return (buffer.WrittenMemory, null);
            buffer.Advance(read);
            if (buffer.WrittenCount > bytesMax) return (default, Problems.TooLarge(bytesMax));
        }
    }

    public static IResult FromJson(JsonException e)
    {
        var field = e.Path is null or "$" ? null : e.Path.StartsWith("$.", StringComparison.Ordinal) ? e.Path[2..] : e.Path;
        return field is null ? Problems.Malformed($"Not JSON from byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1}.")
            : Problems.Invalid(field, "a value of another type is expected");
    }
}
