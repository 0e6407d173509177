using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Engagement.Collector.Dialects.Snowplow;

/// <summary>Something that says by its schema what it is: an event, or one of the things it is about.</summary>
/// <param name="Name">Of the schema <c>iglu:vendor/name/format/version</c>; of a vendor that is not Snowplow with it: <c>com.acme/thing</c>.</param>
/// <param name="Content">What it says; undefined where it says nothing.</param>
internal readonly record struct SnowplowEntity(string Name, JsonElement Content)
{
    /// <summary>The event of <c>ue_pr</c> or <c>ue_px</c>; null where there is none, or none that can be read, which is then named.</summary>
    public static SnowplowEntity? EventOf(DialectEvent e, JsonElement item)
    {
        if (Decode(e, item, "ue_pr", "ue_px") is not { } outer) return null;
        var described = Of(outer.Member("data"));
        if (described is null) e.NotRead("ue_pr.data.schema");
        return described;
    }

    /// <summary>The things of <c>co</c> or <c>cx</c>.</summary>
    public static List<SnowplowEntity> ContextsOf(DialectEvent e, JsonElement item)
    {
        List<SnowplowEntity> entities = [];
        if (Decode(e, item, "co", "cx")?.Member("data") is not { ValueKind: JsonValueKind.Array } contexts) return entities;
        foreach (var context in contexts.EnumerateArray())
        {
            if (Of(context) is { } entity) entities.Add(entity);
        }
        return entities;
    }

    /// <summary>The content of the first entity of a name; undefined where there is none.</summary>
    public static JsonElement Find(List<SnowplowEntity> entities, string name)
    {
        foreach (var entity in entities)
        {
            if (entity.Name == name) return entity.Content;
        }
        return default;
    }

    private static SnowplowEntity? Of(JsonElement element)
    {
        var schema = element.Text("schema")?.Split('/');
        if (schema is not { Length: 4 }) return null;
        var vendor = schema[0].StartsWith("iglu:", StringComparison.Ordinal) ? schema[0][5..] : schema[0];
        var name = vendor.StartsWith(SnowplowNames.Vendor, StringComparison.Ordinal) ? schema[1] : $"{vendor}/{schema[1]}";
        return new SnowplowEntity(name, element.Member("data"));
    }

    private static JsonElement? Decode(DialectEvent e, JsonElement item, string plain, string encoded)
    {
        if (item.Member(plain) is { ValueKind: JsonValueKind.Object } already) return already;
        if (item.Text(plain) is { } text)
        {
            if (DialectJson.TryParse(Encoding.UTF8.GetBytes(text), out var json)) return json;
            e.NotRead(plain);
        }
        else if (item.Text(encoded) is { } base64)
        {
            if (TryDecode(base64, out var bytes) && DialectJson.TryParse(bytes, out var json)) return json;
            e.NotRead(encoded);
        }
        return null;
    }

    /// <summary>Of either alphabet, with or without padding; a plus that an address lost to a space counts as one.</summary>
    private static bool TryDecode(string base64, out byte[] bytes)
    {
        var url = base64.TrimEnd('=').Replace('+', '-').Replace(' ', '-').Replace('/', '_');
        var ok = Base64Url.IsValid(url);
        bytes = ok ? Base64Url.DecodeFromChars(url) : [];
        return ok;
    }
}
