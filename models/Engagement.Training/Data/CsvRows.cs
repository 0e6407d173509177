using System.Text;

namespace Engagement.Training.Data;

/// <summary>Reads a small table of comma-separated values (RFC 4180: quoted fields may hold commas, line ends and doubled quotes). Thread-safe.</summary>
public static class CsvRows
{
    /// <summary>Throws <see cref="TrainingException"/> with the line at fault for a quote that never ends or text after one.</summary>
    public static List<string[]> Read(string text, string name)
    {
        var rows = new List<string[]>();
        var fields = new List<string>();
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            fields.Add(text[at] == '"' ? Quoted(text, name, ref at, ref line) : Bare(text, ref at));
            if (at < text.Length && text[at] == ',')
            {
                at++;
                if (at < text.Length && text[at] is not ('\r' or '\n')) continue;
                fields.Add("");
            }
            if (at < text.Length && text[at] == '\r') at++;
            if (at < text.Length && text[at] != '\n') throw new TrainingException($"{name}, line {line}: a field goes on after its closing quote.");
            at++;
            line++;
            if (fields is not [""]) rows.Add([.. fields]);
            fields.Clear();
        }
        return rows;
    }

    private static string Bare(string text, ref int at)
    {
        var end = text.AsSpan(at).IndexOfAny(',', '\n', '\r');
        var field = end < 0 ? text[at..] : text.Substring(at, end);
        at += field.Length;
        return field;
    }

    private static string Quoted(string text, string name, ref int at, ref int line)
    {
        var field = new StringBuilder();
        var from = line;
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                if (at == text.Length || text[at] != '"') return field.ToString();
            }
            if (text[at] == '\n') line++;
            field.Append(text[at]);
        }
        throw new TrainingException($"{name}, line {from}: a quote is never closed.");
    }
}
