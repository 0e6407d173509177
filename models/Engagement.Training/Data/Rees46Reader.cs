using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;

namespace Engagement.Training.Data;

/// <summary>
/// Reads events of the REES46 multi-category store (columns event_time, event_type, product_id, category_id, category_code, brand, price, user_id,
/// user_session), plain or gzipped, in time order. A view becomes product_viewed, a cart product_added, remove_from_cart product_removed, a purchase
/// order_completed; the category is the code, or the id where there is none, as the engine's replay sends it.
/// </summary>
public static class Rees46Reader
{
    public const string Credit = "REES46 (rees46.com), eCommerce behavior data from multi category store, collected by Michael Kechinov";

    private const string Header = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session";

    /// <summary>
    /// Throws <see cref="TrainingException"/> when the file is not of this form or holds no event. A faulty row is refused with its line; with
    /// <paramref name="faults"/> it is left out and noted there instead, and rows out of order are put in order.
    /// </summary>
    public static List<SourceEvent> Read(string path, RowFaults? faults = null)
    {
        var events = new List<SourceEvent>();
        try
        {
            using var file = OpenText(path);
            if (file.ReadLine()?.TrimEnd() is var header && header != Header)
                throw new TrainingException(header is null ? $"{path} is empty." : $"{path} does not begin with the columns of REES46: {Header}");
            for (var line = 2; file.ReadLine() is { } text; line++)
            {
                var fault = Parse(text, out var read);
                if (fault is null && events.Count > 0 && read!.At < events[^1].At && faults is null) fault = "earlier than the line before";
                if (fault is null) events.Add(read!);
                else if (faults is null) throw new TrainingException($"{path}, line {line}: {fault}.");
                else faults.Add(line, fault);
            }
        }
        catch (InvalidDataException e)
        {
            throw new TrainingException($"{path} is not a whole gzip file: {e.Message}", e);
        }
        if (events.Count == 0) throw new TrainingException(faults is { Count: > 0 } ? $"{path} holds no event: line {faults.First[0].Line} is {faults.First[0].Reason}." : $"{path} holds no event.");
        // Stable: rows of one second stay as they stand.
        return faults is null ? events : [.. events.OrderBy(e => e.At)];
    }

    /// <summary>SHA-256 of the file's bytes as they lie, 64 digits.</summary>
    public static string Sha256(string path)
    {
        using var file = OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>What is wrong with the row; null when nothing is.</summary>
    private static string? Parse(string line, out SourceEvent? read)
    {
        read = null;
        // No field of this data set is quoted.
        var fields = line.Split(',');
        if (fields.Length != 9) return $"of {fields.Length} fields instead of 9";
        if (!DateTimeOffset.TryParseExact(
                fields[0], "yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return "without a time such as 2019-10-01 00:00:00 UTC";
        if (TypeOf(fields[1]) is not { } type) return "of an unknown event_type";
        if (fields[2].Length == 0) return "without product_id";
        if (fields[7].Length == 0) return "without user_id";
        if (PriceOf(fields[6]) is not { } price) return "without a price that is a number, 0 or more";
        var product = new JsonObject { ["id"] = fields[2], ["category"] = fields[4].Length > 0 ? fields[4] : fields[3] };
        // A price of 0 is this data set's way of having none.
        if (price > 0) product["price"] = price;
        var id = Identifiers.Hash64(Encoding.UTF8.GetBytes(line)).ToString("x16", CultureInfo.InvariantCulture);
        read = new SourceEvent(id, fields[7], type, Instant.FromDateTimeOffset(at), new JsonObject { ["product"] = product }) { SourceSession = fields[8] };
        return null;
    }

    private static string? TypeOf(string type) => type switch
    {
        "view" => "product_viewed",
        "cart" => "product_added",
        "remove_from_cart" => "product_removed",
        "purchase" => "order_completed",
        _ => null,
    };

    // An empty price is none; NaN and infinity are no prices.
    private static double? PriceOf(string text) =>
        text.Length == 0 ? 0
        : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var price) && price is >= 0 and < 1e9 ? price
        : null;

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
