using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;

namespace Engagement.Server.Replay;

/// <summary>
/// Reads an export of the REES46 store (columns event_time, event_type, product_id, category_id, category_code, brand, price, user_id, user_session)
/// into canonical events: view → product_viewed, cart → product_added, purchase → order_completed. The user is the visitor; the recorded session is not
/// used: sessions are the engine's own. An event's id is a hash of its row and of how often that row came before, so that every read gives the same ids.
/// </summary>
public static class Rees46Reader
{
    private const int Columns = 9;

    /// <summary>Throws <see cref="InvalidDataException"/> when the first line is not the header.</summary>
    public static Recording Read(TextReader rows)
    {
        var header = rows.ReadLine();
        if (header is null || !header.StartsWith("event_time,event_type,product_id,", StringComparison.Ordinal))
            throw new InvalidDataException("The first line is not the header of a REES46 export: event_time,event_type,product_id,…");
        var events = new List<RecordedEvent>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var unreadable = 0;
        while (rows.ReadLine() is { } row)
        {
            if (row.Length == 0) continue;
            seen[row] = seen.GetValueOrDefault(row) + 1;
            if (ReadRow(row, seen[row]) is { } read) events.Add(read);
            else unreadable++;
        }
        return new Recording(events, unreadable);
    }

    private static RecordedEvent? ReadRow(string row, int occurrence)
    {
        var column = row.Split(',');
        if (column.Length != Columns || TypeOf(column[1]) is not { } type || column[7].Length == 0) return null;
        if (!DateTime.TryParseExact(column[0], "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return null;
        var at = Instant.FromDateTimeOffset(time);
        return new RecordedEvent(at, Write(column, type, at, IdOf(row, occurrence)));
    }

    private static string? TypeOf(string recorded) => recorded switch
    {
        "view" => "product_viewed",
        "cart" => "product_added",
        "remove_from_cart" => "product_removed",
        "purchase" => "order_completed",
        _ => null,
    };

    private static string IdOf(string row, int occurrence)
    {
        var hash = Identifiers.Hash64(Encoding.UTF8.GetBytes(row), (ulong)occurrence);
        return string.Create(CultureInfo.InvariantCulture, $"r-{hash:x16}-{occurrence}");
    }

    private static byte[] Write(string[] column, string type, Instant at, string id)
    {
        var (product, categoryId, category, brand, price, user) = (column[2], column[3], column[4], column[5], column[6], column[7]);
        var buffer = new ArrayBufferWriter<byte>(320);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteString("id", id);
        json.WriteString("visitor", user);
        json.WriteString("type", type);
        json.WriteString("occurredAt", at.ToString());
        json.WriteString("receivedAt", at.ToString());
        json.WriteStartObject("product");
        json.WriteString("id", product);
        json.WriteString("name", NameOf(product, category, brand));
        json.WriteString("category", category.Length > 0 ? category : categoryId);
        if (double.TryParse(price, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && amount >= 0) json.WriteNumber("price", amount);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The recording has no names: brand and the last part of the category stand for one.</summary>
    private static string NameOf(string product, string category, string brand)
    {
        var kind = category[(category.LastIndexOf('.') + 1)..].Replace('_', ' ');
        var name = $"{brand} {kind}".Trim();
        return name.Length > 0 ? name : $"product {product}";
    }
}
