using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Hosts.Tests.Deploy;

/// <summary>A place in a YAML document, there or not: what is missing is an empty place, so that a test names what it looks for and not the way.</summary>
public sealed class Yaml
{
    private readonly object? _value;
    private readonly string _path;

    private Yaml(object? value, string path) => (_value, _path) = (value, path);

    public bool Exists => _value is not null;
    public string Text => _value as string ?? "";
    public IEnumerable<Yaml> Items => (_value as IEnumerable<object> ?? []).Select((item, i) => new Yaml(item, $"{_path}[{i}]"));
    public IEnumerable<string> Texts => Items.Select(i => i.Text);
    public IEnumerable<(string Key, Yaml Value)> Members =>
        (_value as IDictionary)?.Keys.Cast<object>().Select(key => (key.ToString()!, this[key.ToString()!])) ?? [];

    public Yaml this[string key] => new((_value as IDictionary)?[key], $"{_path}.{key}");

    /// <summary>Every place below this one, itself included.</summary>
    public IEnumerable<Yaml> All() => Items.Concat(Members.Select(m => m.Value)).SelectMany(y => y.All()).Prepend(this);

    public override string ToString() => $"{_path}: {_value}";

    /// <summary>One document, with its merge keys (<c>&lt;&lt;</c>) done.</summary>
    public static Yaml Load(string file)
    {
        using var reader = File.OpenText(file);
        return new Yaml(new DeserializerBuilder().Build().Deserialize<object>(new MergingParser(new Parser(reader))), Path.GetFileName(file));
    }

    /// <summary>All documents of a file.</summary>
    public static IReadOnlyList<Yaml> LoadAll(string file)
    {
        using var reader = File.OpenText(file);
        var (parser, deserializer, documents) = (new Parser(reader), new DeserializerBuilder().Build(), new List<Yaml>());
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _)) documents.Add(new Yaml(deserializer.Deserialize<object>(parser), $"{Path.GetFileName(file)}#{documents.Count}"));
        return documents;
    }
}
