// Reads kpack's objects from standard input as kpack's webhook would: no unknown field, defaults, then its own validation. The schemas in
// its CRDs accept anything, so that a server's dry run alone proves little.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/pivotal/kpack/pkg/apis/build/v1alpha2"
	"k8s.io/apimachinery/pkg/util/yaml"
	"knative.dev/pkg/apis"
)

type object interface {
	apis.Defaultable
	apis.Validatable
}

var kinds = map[string]func() object{
	"ClusterStore":   func() object { return &v1alpha2.ClusterStore{} },
	"ClusterStack":   func() object { return &v1alpha2.ClusterStack{} },
	"ClusterBuilder": func() object { return &v1alpha2.ClusterBuilder{} },
	"Image":          func() object { return &v1alpha2.Image{} },
}

func main() {
	failed, seen := false, 0
	documents := yaml.NewYAMLToJSONDecoder(os.Stdin)
	for {
		var raw json.RawMessage
		if err := documents.Decode(&raw); err == io.EOF {
			break
		} else if err != nil {
			fmt.Println("FAILED", err)
			os.Exit(1)
		}
		var head struct {
			APIVersion, Kind string
			Metadata         struct{ Name string }
		}
		if json.Unmarshal(raw, &head) != nil || kinds[head.Kind] == nil || head.APIVersion != "kpack.io/v1alpha2" {
			continue
		}
		seen++
		if err := check(raw, kinds[head.Kind]()); err != nil {
			failed = true
			fmt.Printf("FAILED %s %s: %v\n", head.Kind, head.Metadata.Name, err)
		} else {
			fmt.Printf("ok     %s %s\n", head.Kind, head.Metadata.Name)
		}
	}
	if failed || seen == 0 {
		os.Exit(1)
	}
}

func check(raw []byte, into object) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	ctx := apis.WithinCreate(context.Background())
	into.SetDefaults(ctx)
	if err := into.Validate(ctx); err != nil {
		return err
	}
	return nil
}
