using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Engagement.Testing;

/// <summary>A field of a documented schema.</summary>
internal sealed record Field(string Name, JsonValueKind Kind, bool Required = false);

/// <summary>What the vendors' servers of these tests have in common: bodies held to a documented schema, answers in JSON.</summary>
internal static class VendorRules
{
    /// <summary>Null where the object has the required fields, only known ones, and all of the right kind; else what is wrong.</summary>
    public static string? Breach(JsonElement value, params Field[] fields)
    {
        if (value.ValueKind != JsonValueKind.Object) return "is no object";
        foreach (var property in value.EnumerateObject())
        {
            if (Array.Find(fields, f => f.Name == property.Name) is not { } field) return $"unknown parameter: {property.Name}";
            var kind = property.Value.ValueKind is JsonValueKind.True ? JsonValueKind.False : property.Value.ValueKind;
            if (kind != field.Kind && kind != JsonValueKind.Null) return $"{property.Name} is {property.Value.ValueKind}";
        }
        return Array.Find(fields, f => f.Required && !value.TryGetProperty(f.Name, out _)) is { } missing ? $"{missing.Name} is missing" : null;
    }

    public static JsonElement? Parse(ReceivedCall call)
    {
        if (!call.Headers.GetValueOrDefault("content-type", "").StartsWith("application/json", StringComparison.Ordinal)) return null;
        try
        {
            return JsonDocument.Parse(call.Body).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Task AnswerAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
