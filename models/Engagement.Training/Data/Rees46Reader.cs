using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;

namespace Engagement.Training.Data;

/// <summary>
/// Reads events of the REES46 multi-category store (columns event_time, event_type, product_id, category_id, category_code, brand, price, user_id,
/// user_session), plain or gzipped, in time order. A view becomes product_viewed, a cart product_added, a purchase order_completed. Its own
/// user_session is not used: the core's sessionizer decides.
/// </summary>
public static class Rees46Reader
{
    public const string Credit = "REES46 (rees46.com), eCommerce behavior data from multi category store, collected by Michael Kechinov";

    private const string Header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";

    /// <summary>Throws <see cref="TrainingException"/> with the line at fault when the file is not of this form or not in time order.</summary>
    public static List<SourceEvent> Read(string path)
    {
        using var file = OpenText(path);
        if (file.ReadLine() != Header) throw new TrainingException($"{path} does not begin with the columns of REES46: {Header}");
        var events = new List<SourceEvent>();
        for (var line = 2; file.ReadLine() is { } text; line++)
        {
            var read = Parse(text) ?? throw new TrainingException($"{path}, line {line}: not a row of REES46.");
            if (events.Count > 0 && read.At < events[^1].At) throw new TrainingException($"{path}, line {line}: earlier than the line before.");
            events.Add(read);
        }
        return events;
    }

    /// <summary>SHA-256 of the file's bytes as they lie, 64 digits.</summary>
    public static string Sha256(string path)
    {
        using var file = OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static SourceEvent? Parse(string line)
    {
        // No field of this data set is quoted.
        var fields = line.Split(',');
        if (fields.Length != 9) return null;
        if (!DateTimeOffset.TryParseExact(
                fields[0], "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return null;
        if (!double.TryParse(fields[6], NumberStyles.Float, CultureInfo.InvariantCulture, out var price)) return null;
        var type = fields[1] switch { "view" => "product_viewed", "cart" => "product_added", "purchase" => "order_completed", _ => null };
        if (type is null || fields[7].Length == 0) return null;
        var product = new JsonObject { ["id"] = fields[2], ["category"] = fields[3] };
        // A price of 0 is this data set's way of having none.
        if (price > 0) product["price"] = price;
        var id = Identifiers.Hash64(Encoding.UTF8.GetBytes(line)).ToString("x16", CultureInfo.InvariantCulture);
        return new SourceEvent(id, fields[7], type, Instant.FromDateTimeOffset(at), new JsonObject { ["product"] = product }) { Category = fields[4] };
    }

    private static FileStream OpenRead(string path)
    {
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        return File.OpenRead(path);
    }

    private static StreamReader OpenText(string path)
    {
        Stream file = OpenRead(path);
        return new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
    }
}
