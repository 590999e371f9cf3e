{{/*
The parts of a control plane that are scraped alike: through a headless Service in kube-system that this chart makes.
values: their key in values.yaml. selector: the label of their pods. port, https: the defaults where values.yaml has none.
*/}}
{{- define "stack.components" -}}
- {values: kubeControllerManager, name: kube-controller-manager, selector: {component: kube-controller-manager}, port: 10257, https: true}
- {values: kubeScheduler, name: kube-scheduler, selector: {component: kube-scheduler}, port: 10259, https: true}
- {values: kubeEtcd, name: kube-etcd, selector: {component: etcd}, port: 2381, https: false}
- {values: kubeProxy, name: kube-proxy, selector: {k8s-app: kube-proxy}, port: 10249, https: false}
- {values: coreDns, name: coredns, selector: {k8s-app: kube-dns}, port: 9153, https: false}
{{- end -}}
